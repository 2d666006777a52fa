#include "vobiz/decode/secrets.hpp"

#include <algorithm>

namespace vobiz::decode {

namespace {

bool is_joint(char c) { return c == '_' || c == '-'; }

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

// Whether the name ends in the word, letter case and joints aside; `rest` is what stands before it.
bool ends_in(std::string_view name, std::string_view word, std::string_view& rest) {
  rest = name;
  for (auto expected = word.rbegin(); expected != word.rend(); ++expected) {
    while (!rest.empty() && is_joint(rest.back())) rest.remove_suffix(1);
    if (rest.empty() || lower(rest.back()) != *expected) return false;
    rest.remove_suffix(1);
  }
  return true;
}

}  // namespace

bool is_secret(std::string_view member, std::span<std::string_view const> declared) {
  if (std::ranges::find(declared, member) != declared.end()) return true;
  std::string_view rest;
  for (auto const word : {"token", "secret", "password", "apikey"}) {
    if (ends_in(member, word, rest)) return true;
  }
  // Not as an ending: "requires_authorization" is a flag.
  return ends_in(member, "authorization", rest) && std::ranges::all_of(rest, is_joint);
}

}  // namespace vobiz::decode
