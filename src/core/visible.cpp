#include "vobiz/core/visible.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <iterator>

namespace vobiz::core {

namespace {

unsigned byte_at(std::string_view text, std::size_t at) {
  return static_cast<unsigned char>(text[at]);
}

std::size_t length_by_first_byte(unsigned first) {
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return 2;
  if (first >= 0xe0 && first <= 0xef) return 3;
  return first >= 0xf0 && first <= 0xf4 ? 4 : 0;
}

void append_escape(std::string& out, char32_t code) {
  auto const number = static_cast<unsigned>(code);
  switch (code) {
    case U'\n':
      out += "\\n";
      return;
    case U'\r':
      out += "\\r";
      return;
    case U'\t':
      out += "\\t";
      return;
    default:
      break;
  }
  auto to = std::back_inserter(out);
  if (code < 0x80) {
    fmt::format_to(to, "\\x{:02x}", number);
  } else if (code < 0x10000) {
    fmt::format_to(to, "\\u{:04x}", number);
  } else {
    fmt::format_to(to, "\\U{:08x}", number);
  }
}

// RFC 8259 §7: beyond the basic plane as a pair of surrogates.
void append_json_escape(std::string& out, char32_t code) {
  auto const number = static_cast<unsigned>(code);
  auto to = std::back_inserter(out);
  if (number < 0x10000) {
    fmt::format_to(to, "\\u{:04x}", number);
  } else {
    fmt::format_to(to, "\\u{:04x}\\u{:04x}", 0xd800 + ((number - 0x10000) >> 10),
                   0xdc00 + ((number - 0x10000) & 0x3ff));
  }
}

bool is_plain(char c) { return c >= ' ' && c < '\x7f'; }

}  // namespace

character first_character(std::string_view text) {
  auto const first = byte_at(text, 0);
  auto const size = length_by_first_byte(first);
  if (size == 0 || size > text.size()) return {};
  if (size == 1) return {1, static_cast<char32_t>(first)};
  auto code = static_cast<char32_t>(first & (0xffu >> (size + 1)));
  for (std::size_t at = 1; at < size; ++at) {
    if ((byte_at(text, at) & 0xc0) != 0x80) return {};
    code = code << 6 | (byte_at(text, at) & 0x3f);
  }
  constexpr char32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  bool const surrogate = code >= 0xd800 && code <= 0xdfff;
  if (code < least[size] || surrogate || code > 0x10ffff) return {};
  return {size, code};
}

bool misleads(char32_t code) {
  struct range {
    char32_t first;
    char32_t last;
  };
  // U+200C and U+200D stay: the scripts of India and emoji need them.
  constexpr range all[] = {{0x00, 0x1f},     {0x7f, 0x9f},     {0x61c, 0x61c},    {0x180e, 0x180e},
                           {0x200b, 0x200b}, {0x200e, 0x200f}, {0x2028, 0x202e},  {0x2060, 0x206f},
                           {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xe0000, 0xe007f}};
  return std::ranges::any_of(all, [&](range r) { return code >= r.first && code <= r.last; });
}

std::string visible(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    if (is_plain(text.front())) {
      result += text.front();
      text.remove_prefix(1);
      continue;
    }
    auto const next = first_character(text);
    if (next.size == 0) {
      fmt::format_to(std::back_inserter(result), "\\x{:02x}", byte_at(text, 0));
    } else if (misleads(next.code)) {
      append_escape(result, next.code);
    } else {
      result += text.substr(0, next.size);
    }
    text.remove_prefix(std::max<std::size_t>(next.size, 1));
  }
  return result;
}

std::string visible_lines(std::string_view text) {
  std::string result;
  for (;;) {
    auto const end = text.find('\n');
    result += visible(text.substr(0, end));
    if (end == std::string_view::npos) return result;
    result += '\n';
    text.remove_prefix(end + 1);
  }
}

std::string visible_json(std::string_view json) {
  std::string result;
  result.reserve(json.size());
  while (!json.empty()) {
    // Below a blank there are only line breaks between values: strings have escapes already.
    if (static_cast<unsigned char>(json.front()) < 0x7f) {
      result += json.front();
      json.remove_prefix(1);
      continue;
    }
    auto const next = first_character(json);
    if (next.size == 0) {
      result += "\\ufffd";
    } else if (misleads(next.code)) {
      append_json_escape(result, next.code);
    } else {
      result += json.substr(0, next.size);
    }
    json.remove_prefix(std::max<std::size_t>(next.size, 1));
  }
  return result;
}

}  // namespace vobiz::core
