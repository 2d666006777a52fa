#include "server_text.hpp"

#include <algorithm>

namespace vobiz::api {

namespace {

// Length of the UTF-8 character at the front; 0 when there is none.
std::size_t character(std::string_view text) {
  auto const byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  auto const first = byte(0);
  std::size_t const size = first < 0x80                     ? 1
                           : first >= 0xc2 && first <= 0xdf ? 2
                           : first >= 0xe0 && first <= 0xef ? 3
                           : first >= 0xf0 && first <= 0xf4 ? 4
                                                            : 0;
  if (size > text.size()) return 0;
  for (std::size_t at = 1; at < size; ++at) {
    if ((byte(at) & 0xc0) != 0x80) return 0;
  }
  if (size < 2) return size;
  bool const overlong = (first == 0xe0 && byte(1) < 0xa0) || (first == 0xf0 && byte(1) < 0x90);
  bool const surrogate = first == 0xed && byte(1) >= 0xa0;
  bool const too_high = first == 0xf4 && byte(1) >= 0x90;
  bool const c1_control = first == 0xc2 && byte(1) < 0xa0;
  return overlong || surrogate || too_high || c1_control ? 0 : size;
}

}  // namespace

std::string printable(std::string_view text, std::vector<std::string_view> const& secrets,
                      std::size_t longest) {
  std::string clean(text);
  // Before anything is cut or replaced: half a secret is one too.
  for (auto const secret : secrets) {
    if (secret.empty()) continue;
    for (auto at = clean.find(secret); at != std::string::npos; at = clean.find(secret, at + 3)) {
      clean.replace(at, secret.size(), "***");
    }
  }
  std::string result;
  std::string_view rest = clean;
  while (!rest.empty()) {
    auto size = character(rest);
    std::string_view shown = rest.substr(0, size);
    auto const first = static_cast<unsigned char>(rest.front());
    if (first == ' ' || (first >= '\t' && first <= '\r')) {
      shown = result.empty() || result.back() == ' ' ? "" : " ";
    } else if (size == 0 || first < 0x20 || first == 0x7f) {
      shown = "?";
    }
    if (result.size() + shown.size() > longest) return result + "…";
    result += shown;
    rest.remove_prefix(std::max<std::size_t>(size, 1));
  }
  if (!result.empty() && result.back() == ' ') result.pop_back();
  return result;
}

}  // namespace vobiz::api
