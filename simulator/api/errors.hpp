#pragma once

#include <string>
#include <string_view>

#include "simulator/api/message.hpp"
#include "simulator/world/calendar.hpp"

namespace vobiz::simulator {

// The four shapes of an error body (docs/partner-api.md, "Errors"), and what a proxy answers.
enum class error_shape { full = 1, numbered, coded, text, html, empty };

struct error_text {
  std::string_view code;  // "TOKEN_EXPIRED"
  std::string_view message;
  std::string_view details = {};  // a JSON object, may be empty
};

answer make_error(int status, error_text const& what, error_shape shape,
                  std::string_view request_id, instant now);

// "Bad Request"; the reason phrase of a status.
std::string_view reason_of(int status);

}  // namespace vobiz::simulator
