#include "server_text.hpp"

#include <algorithm>

#include "known_secrets.hpp"
#include "vobiz/core/visible.hpp"
#include "vobiz/decode/secret_text.hpp"

namespace vobiz::api {

namespace {

// More than is shown; what is longer has no reader.
constexpr std::size_t most_cleaned = 4096;

bool is_white(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

}  // namespace

std::string one_line(std::string_view text, std::size_t longest) {
  std::string result;
  while (!text.empty()) {
    auto const size = std::max<std::size_t>(core::first_character(text).size, 1);
    std::string shown;
    if (!is_white(text.front())) {
      shown = core::visible(text.substr(0, size));
    } else if (!result.empty() && result.back() != ' ') {
      shown = " ";
    }
    if (result.size() + shown.size() > longest) return result + "…";
    result += shown;
    text.remove_prefix(size);
  }
  if (!result.empty() && result.back() == ' ') result.pop_back();
  return result;
}

std::string printable(std::string_view text, std::vector<std::string_view> const& secrets,
                      std::size_t longest) {
  // Before anything is cut short: half a secret is one too.
  auto const known = without_known(text.substr(0, most_cleaned), secrets);
  return one_line(decode::without_secrets(known), longest);
}

std::string request_id_of(std::string_view text, std::vector<std::string_view> const& secrets) {
  constexpr std::size_t longest = 100;
  auto const fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_-.:/+=|@~").find(c) != std::string_view::npos;
  };
  if (text.size() > longest || !std::ranges::all_of(text, fits)) return {};
  // JSON web tokens begin so: {"
  if (text.starts_with("eyJ") || without_known(text, secrets) != text) return {};
  return std::string(text);
}

}  // namespace vobiz::api
