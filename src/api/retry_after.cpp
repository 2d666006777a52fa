#include "retry_after.hpp"

#include <date/date.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <locale>
#include <sstream>
#include <string>

namespace vobiz::api {

namespace {

using std::chrono::milliseconds;

std::optional<double> seconds_from(std::string_view text) {
  double value = 0;
  auto const [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (end != text.data() + text.size()) return std::nullopt;
  // Digits without end are still a number, and a large one.
  if (error == std::errc::result_out_of_range) return HUGE_VAL;
  if (error != std::errc() || std::isnan(value) || value < 0) return std::nullopt;
  return value;
}

}  // namespace

// g++ 12 does not see that from_stream() reads nothing of what a format does not have.
#ifndef __clang__
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
std::optional<core::utc_time> http_date(std::string_view text) {
  // IMF-fixdate has one length (RFC 9110 §5.6.7); the parser also takes shorter fields.
  constexpr std::string_view example = "Sun, 06 Nov 1994 08:49:37 GMT";
  if (text.size() != example.size()) return std::nullopt;
  std::istringstream in{std::string(text)};
  in.imbue(std::locale::classic());
  date::sys_seconds result;
  date::from_stream(in, "%a, %d %b %Y %H:%M:%S GMT", result);
  if (in.fail() || in.peek() != std::istringstream::traits_type::eof()) return std::nullopt;
  return core::utc_time(result);
}
#ifndef __clang__
#pragma GCC diagnostic pop
#endif

std::optional<milliseconds> retry_after(std::string_view text, core::utc_time now) {
  if (auto const date = http_date(text)) {
    return std::max(milliseconds(0), std::chrono::ceil<milliseconds>(*date - now));
  }
  auto const value = seconds_from(text);
  if (!value) return std::nullopt;
  // Beyond this the arithmetic of time points would overflow.
  constexpr double longest = 1e12;
  return milliseconds(static_cast<std::int64_t>(std::ceil(std::min(*value * 1000, longest))));
}

}  // namespace vobiz::api
