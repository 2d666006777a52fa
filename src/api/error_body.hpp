#pragma once

#include <string>
#include <string_view>

namespace vobiz::api {

// The body of an answer that is not 200. Everything is the server's own text, unchecked.
struct error_body {
  std::string message;  // best of: message, error text, code; of HTML its title
  std::string
      code;  // empty, or a symbol as TOKEN_EXPIRED; numbers that repeat the status are left out
  std::string retry_after;  // error.details.retryAfter: seconds or a date, as text
  std::string request_id;
};

// Reads the four body shapes in use (docs/partner-api.md, "Errors"), and HTML; anything else gives
// the text itself, nothing gives nothing.
error_body read_error(std::string_view body);

}  // namespace vobiz::api
