#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "vobiz/core/day.hpp"

namespace vobiz::api {

// An HTTP date in one of the three forms of RFC 9110 §5.6.7: "Sun, 06 Nov 1994 08:49:37 GMT",
// "Sunday, 06-Nov-94 08:49:37 GMT" and "Sun Nov  6 08:49:37 1994". The day of the week is not
// checked; years of two digits are those from 1970 to 2069.
std::optional<core::utc_time> http_date(std::string_view text);

// What Retry-After asks for: whole or broken seconds, or a date. A date counts from `server_now`,
// and from `now` where the server does not tell its time; then one in the past says nothing, as
// either clock may be wrong. Of several values, as proxies join them, the longest. A number too
// large for the type is its largest value. Nothing if no value can be read.
std::optional<std::chrono::milliseconds> retry_after(std::string_view text,
                                                     std::optional<core::utc_time> server_now,
                                                     core::utc_time now);

}  // namespace vobiz::api
