#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "vobiz/config/settings.hpp"

namespace vobiz::api {

// What a login brought.
struct grant {
  std::string token;
  std::optional<std::chrono::seconds> expires_in;
};

// The body of POST /login.
std::string login_body(config::login const& who);

// Nothing when the text is no JSON, holds no token, or one that cannot stand in a header or is
// shorter than eight characters.
std::optional<grant> read_grant(std::string_view body);

// Whether a token or password can be sent as a header's value (RFC 9110 §5.5, without white space).
bool fits_header(std::string_view text);

}  // namespace vobiz::api
