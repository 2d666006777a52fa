#pragma once

#include <string>
#include <string_view>

namespace vobiz::decode {

// Text of the provider for a message, with "***" in place of what reads as a secret: the value
// behind a name that is_secret() (auth_token=…, "auth_token": "…", X-Auth-Token: …, in a URL, in
// escaped JSON, in XML), the word behind Bearer or Basic or behind such a name, JSON web tokens,
// private keys, the credentials in a URL, and words of 32 or more letters and digits that are no
// UUID.
std::string without_secrets(std::string_view text);

// The same, except for such long words: a value that is quoted may be one, as a UUID without its
// hyphens is.
std::string without_named_secrets(std::string_view text);

// Text of a row, which is stored: only values behind names of secrets are replaced, and only when
// the text holds an object of JSON. All other text stays as it is.
std::string without_secret_members(std::string_view text);

// Whether without_secret_members() can change the text at all.
inline bool may_hold_members(std::string_view text) {
  return text.find('{') != std::string_view::npos;
}

}  // namespace vobiz::decode
