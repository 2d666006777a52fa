#include "source_text.hpp"

#include <algorithm>

namespace vobiz::layers {

namespace {

std::size_t end_of_literal(std::string_view source, std::size_t quote) {
  auto at = quote + 1;
  while (at < source.size() && source[at] != source[quote] && source[at] != '\n') {
    at += source[at] == '\\' ? 2 : 1;
  }
  return std::min(at, source.size());
}

// For R"mark( … )mark" with its quote at `quote`.
std::size_t end_of_raw_literal(std::string_view source, std::size_t quote) {
  auto const open = source.find('(', quote);
  if (open == std::string_view::npos) return source.size();
  auto const end = ")" + std::string(source.substr(quote + 1, open - quote - 1)) + "\"";
  auto const at = source.find(end, open);
  return at == std::string_view::npos ? source.size() : at + end.size() - 1;
}

bool in_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

}  // namespace

std::string code_of(std::string_view source) {
  std::string code(source);
  auto const blank = [&code](std::size_t from, std::size_t to) {
    for (auto at = from; at < to && at < code.size(); ++at) {
      if (code[at] != '\n') code[at] = ' ';
    }
  };
  for (std::size_t at = 0; at < source.size(); ++at) {
    auto const rest = source.substr(at);
    auto end = at;
    if (rest.starts_with("//")) {
      end = std::min(source.find('\n', at), source.size());
      blank(at, end);
    } else if (rest.starts_with("/*")) {
      end = std::min(source.find("*/", at + 2), source.size() - 2) + 1;
      blank(at, end + 1);
    } else if (source[at] == '"' || (source[at] == '\'' && (at == 0 || !in_word(source[at - 1])))) {
      // A quote after a digit is a digit separator: 1'000.
      bool const raw = source[at] == '"' && at > 0 && source[at - 1] == 'R';
      end = raw ? end_of_raw_literal(source, at) : end_of_literal(source, at);
      blank(at + 1, end);
    }
    at = std::max(at, end);
  }
  return code;
}

std::size_t closing_bracket(std::string_view code, std::size_t open) {
  int depth = 0;
  for (auto at = open; at < code.size(); ++at) {
    if (std::string_view("([{").find(code[at]) != std::string_view::npos) ++depth;
    if (std::string_view(")]}").find(code[at]) != std::string_view::npos && --depth == 0) return at;
  }
  return code.size();
}

std::size_t line_of(std::string_view text, std::size_t at) {
  return static_cast<std::size_t>(std::ranges::count(text.substr(0, at), '\n')) + 1;
}

}  // namespace vobiz::layers
