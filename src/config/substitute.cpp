#include "substitute.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace vobiz::config {

namespace {

constexpr auto spellings = "write ${NAME}, ${NAME:-default} or ${NAME:?message}; $$ is a dollar";

bool is_name(std::string_view text) {
  auto const letter = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
  };
  return !text.empty() && letter(text[0]) && std::all_of(text.begin(), text.end(), [&](char c) {
    return letter(c) || (c >= '0' && c <= '9');
  });
}

// The text between "${" and "}".
void fill_in(std::string_view inside, environment lookup, substitution& result) {
  auto const colon = inside.find(':');
  std::string const name(inside.substr(0, colon));
  auto const rest = colon == std::string_view::npos ? std::string_view() : inside.substr(colon);
  auto const falls_back = rest.starts_with(":-");
  auto const demands = rest.starts_with(":?");
  if (!is_name(name) || (!rest.empty() && !falls_back && !demands)) {
    result.problems.push_back({0, "\"${\" without a variable's name", spellings});
    return;
  }
  if (rest.find("${") != std::string_view::npos) {
    result.problems.push_back(
        {0, fmt::format("a variable in the default of \"{}\"", name), "a default is plain text"});
    return;
  }
  auto const value = lookup(name);
  auto const missing = !value || (value->empty() && !rest.empty());
  if (missing && falls_back) {
    result.text += rest.substr(2);
  } else if (missing && demands && rest.size() > 2) {
    result.problems.push_back(
        {0, fmt::format("environment variable \"{}\" is not set: {}", name, rest.substr(2)), {}});
  } else if (missing) {
    result.problems.push_back({0, fmt::format("environment variable \"{}\" is not set", name),
                               fmt::format("set it, or give a default: ${{{}:-…}}", name)});
  } else {
    result.text += *value;
    result.used_environment = true;
  }
}

}  // namespace

substitution substitute(std::string_view text, environment lookup) {
  substitution result;
  while (!text.empty()) {
    auto const dollar = text.find('$');
    result.text += text.substr(0, dollar);
    if (dollar == std::string_view::npos) break;
    text.remove_prefix(dollar);
    if (text.starts_with("$$")) {
      result.text += '$';
      text.remove_prefix(2);
      continue;
    }
    auto const end = text.starts_with("${") ? text.find('}') : std::string_view::npos;
    if (end == std::string_view::npos) {
      auto const opened = text.starts_with("${");
      result.problems.push_back(
          {0, opened ? "\"${\" is never closed" : "a single \"$\" has no meaning", spellings});
      break;
    }
    fill_in(text.substr(2, end - 2), lookup, result);
    text.remove_prefix(end + 1);
  }
  return result;
}

}  // namespace vobiz::config
