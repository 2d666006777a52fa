#include "retry_after.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <vector>

namespace vobiz::api {

namespace {

using std::chrono::milliseconds;

std::optional<double> seconds_from(std::string_view text) {
  double value = 0;
  // from_chars() also takes a sign, "inf" and "nan".
  if (text.empty() || text.front() < '0' || text.front() > '9') return std::nullopt;
  auto const [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (end != text.data() + text.size()) return std::nullopt;
  // Digits without end are still a number, and a large one.
  if (error == std::errc::result_out_of_range) return HUGE_VAL;
  if (error != std::errc()) return std::nullopt;
  return value;
}

std::vector<std::string_view> words_of(std::string_view text, std::string_view separators) {
  std::vector<std::string_view> result;
  while (!text.empty()) {
    auto const size = std::min(text.find_first_of(separators), text.size());
    if (size > 0) result.push_back(text.substr(0, size));
    text.remove_prefix(std::min(size + 1, text.size()));
  }
  return result;
}

// Digits only, `fewest` to `most` of them.
std::optional<int> number(std::string_view text, std::size_t fewest, std::size_t most) {
  bool const digits = std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  if (!digits || text.size() < fewest || text.size() > most) return std::nullopt;
  int result = 0;
  std::from_chars(text.data(), text.data() + text.size(), result);
  return result;
}

std::optional<std::chrono::month> month_named(std::string_view text) {
  constexpr std::array<std::string_view, 12> names{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  auto const* const found = std::ranges::find(names, text);
  if (found == names.end()) return std::nullopt;
  return std::chrono::month(static_cast<unsigned>(found - names.begin()) + 1);
}

std::optional<std::chrono::seconds> time_of_day(std::string_view text) {
  auto const parts = words_of(text, ":");
  if (parts.size() != 3 || text.size() != 8) return std::nullopt;
  auto const hour = number(parts[0], 2, 2);
  auto const minute = number(parts[1], 2, 2);
  auto const second = number(parts[2], 2, 2);
  if (!hour || !minute || !second) return std::nullopt;
  if (*hour > 23 || *minute > 59 || *second > 60) return std::nullopt;  // 60: a leap second
  return std::chrono::hours(*hour) + std::chrono::minutes(*minute) + std::chrono::seconds(*second);
}

std::optional<int> year_of(std::string_view text) {
  auto const result = number(text, 2, 4);
  if (!result || text.size() == 3) return std::nullopt;
  if (text.size() == 4) return result;
  return *result + (*result < 70 ? 2000 : 1900);
}

std::optional<core::utc_time> instant(std::string_view day, std::string_view month,
                                      std::string_view year, std::string_view time) {
  auto const day_number = number(day, 1, 2);
  auto const named = month_named(month);
  auto const year_number = year_of(year);
  auto const of_day = time_of_day(time);
  if (!day_number || !named || !year_number || !of_day) return std::nullopt;
  std::chrono::year_month_day const date(std::chrono::year(*year_number), *named,
                                         std::chrono::day(static_cast<unsigned>(*day_number)));
  // The type of an instant ends in 2262.
  if (!date.ok() || *year_number < 1900 || *year_number > 2200) return std::nullopt;
  return core::utc_time(std::chrono::sys_days(date) + *of_day);
}

milliseconds in_bounds(double milliseconds_asked) {
  // Beyond this the arithmetic of time points would overflow.
  constexpr double longest = 1e12;
  return milliseconds(
      static_cast<milliseconds::rep>(std::ceil(std::min(milliseconds_asked, longest))));
}

// One value of the list.
std::optional<milliseconds> one_wait(std::string_view text,
                                     std::optional<core::utc_time> server_now, core::utc_time now) {
  if (auto const date = http_date(text)) {
    // A date has whole seconds. Our own clock has fractions: the second that it names may be over.
    auto const until = server_now ? *date : *date + std::chrono::seconds(1);
    auto const wait = std::chrono::ceil<milliseconds>(until - server_now.value_or(now));
    if (wait < milliseconds(0) && !server_now) return std::nullopt;
    return std::max(milliseconds(0), wait);
  }
  auto const value = seconds_from(text);
  if (!value) return std::nullopt;
  return in_bounds(*value * 1000);
}

std::string_view without_blanks(std::string_view text) {
  auto const begin = std::min(text.find_first_not_of(" \t"), text.size());
  text.remove_prefix(begin);
  return text.substr(0, text.find_last_not_of(" \t") + 1);
}

// The values that proxies and doubled fields join with commas, of which a date has one of its own.
std::vector<std::string_view> values_of(std::string_view text) {
  std::vector<std::string_view> result;
  while (!text.empty()) {
    auto size = std::min(text.find(','), text.size());
    auto const longer = std::min(text.find(',', std::min(size + 1, text.size())), text.size());
    if (http_date(without_blanks(text.substr(0, longer)))) size = longer;
    result.push_back(without_blanks(text.substr(0, size)));
    text.remove_prefix(std::min(size + 1, text.size()));
  }
  return result;
}

}  // namespace

std::optional<core::utc_time> http_date(std::string_view text) {
  auto words = words_of(text, " ,-");
  if (words.size() == 5) return instant(words[2], words[1], words[4], words[3]);
  if (words.size() != 6) return std::nullopt;
  // It is always GMT; some write its other name.
  if (words[5] != "GMT" && words[5] != "UTC") return std::nullopt;
  return instant(words[1], words[2], words[3], words[4]);
}

std::optional<milliseconds> retry_after(std::string_view text,
                                        std::optional<core::utc_time> server_now,
                                        core::utc_time now) {
  std::optional<milliseconds> longest;
  for (auto const value : values_of(text)) {
    auto const wait = one_wait(value, server_now, now);
    if (wait) longest = std::max(longest.value_or(*wait), *wait);
  }
  return longest;
}

}  // namespace vobiz::api
