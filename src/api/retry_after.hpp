#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "vobiz/core/day.hpp"

namespace vobiz::api {

// An HTTP date (RFC 9110 §5.6.7: "Sun, 06 Nov 1994 08:49:37 GMT"; the two obsolete forms are not
// read).
std::optional<core::utc_time> http_date(std::string_view text);

// What Retry-After asks for: whole or broken seconds, or a date counted from `now`. A date in the
// past is 0; nothing when it is neither; a number too large for the type is its largest value.
std::optional<std::chrono::milliseconds> retry_after(std::string_view text, core::utc_time now);

}  // namespace vobiz::api
