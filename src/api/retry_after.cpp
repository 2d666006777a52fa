#include "retry_after.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace vobiz::api {

namespace {

using std::chrono::milliseconds;

// The digits at [at, at + size); nothing when there is anything else.
std::optional<int> number(std::string_view text, std::size_t at, std::size_t size) {
  int value = 0;
  for (char const c : text.substr(at, size)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

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

std::optional<core::utc_time> http_date(std::string_view text) {
  static constexpr std::array<std::string_view, 12> months{
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  if (text.size() != 29 || text.substr(3, 2) != ", " || text.substr(25) != " GMT" ||
      text[7] != ' ' || text[11] != ' ' || text[16] != ' ' || text[19] != ':' || text[22] != ':') {
    return std::nullopt;
  }
  auto const month = std::find(months.begin(), months.end(), text.substr(8, 3));
  auto const day = number(text, 5, 2);
  auto const year = number(text, 12, 4);
  auto const hour = number(text, 17, 2);
  auto const minute = number(text, 20, 2);
  auto const second = number(text, 23, 2);
  if (month == months.end() || !day || !year || !hour || !minute || !second) return std::nullopt;
  std::chrono::year_month_day const date(
      std::chrono::year(*year),
      std::chrono::month(static_cast<unsigned>(month - months.begin()) + 1),
      std::chrono::day(static_cast<unsigned>(*day)));
  if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
         std::chrono::seconds(*second);
}

std::optional<milliseconds> retry_after(std::string_view text, core::utc_time now) {
  if (auto const date = http_date(text)) {
    return std::max(milliseconds(0), std::chrono::ceil<milliseconds>(*date - now));
  }
  auto const value = seconds_from(text);
  if (!value) return std::nullopt;
  // Beyond this the arithmetic of time points would overflow; nobody waits that long anyway.
  constexpr double longest = 1e12;
  return milliseconds(static_cast<std::int64_t>(std::ceil(std::min(*value * 1000, longest))));
}

}  // namespace vobiz::api
