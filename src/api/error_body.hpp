#pragma once

#include <string>
#include <string_view>

namespace vobiz::api {

// The body of an answer that is not 200. All texts but `form` are the server's own, unchecked.
struct error_body {
  std::string message;      // best of: message, error text, code
  std::string code;         // empty, or a symbol as TOKEN_EXPIRED
  std::string retry_after;  // error.details.retryAfter: seconds or a date, as text
  std::string request_id;
  std::string form;  // "a text/plain body of 312 bytes"; empty without a body
};

// Reads the four body shapes in use (docs/partner-api.md, "Errors"): the named members of a JSON
// object, if they are strings. Of anything else, and of more than 64 KiB, only the form is known:
// the rest could be a customer with his token.
error_body read_error(std::string_view body, std::string_view content_type);

}  // namespace vobiz::api
