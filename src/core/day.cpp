#include "vobiz/core/day.hpp"

#include <spdlog/fmt/fmt.h>

namespace vobiz::core {

namespace {

std::optional<unsigned> digits(std::string_view text) {
  unsigned value = 0;
  for (char const c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + static_cast<unsigned>(c - '0');
  }
  return value;
}

}  // namespace

std::string to_text(utc_day day) {
  std::chrono::year_month_day const date(day);
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

std::optional<utc_day> day_from_text(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  auto const year = digits(text.substr(0, 4));
  auto const month = digits(text.substr(5, 2));
  auto const day = digits(text.substr(8, 2));
  if (!year || !month || !day) return std::nullopt;
  std::chrono::year_month_day const date(std::chrono::year(static_cast<int>(*year)),
                                         std::chrono::month(*month), std::chrono::day(*day));
  if (!date.ok()) return std::nullopt;
  return utc_day(date);
}

utc_day day_of(utc_time instant) { return std::chrono::floor<std::chrono::days>(instant); }

std::string to_text(utc_time instant) {
  auto const day = day_of(instant);
  std::chrono::hh_mm_ss const time(std::chrono::floor<std::chrono::seconds>(instant - day));
  return fmt::format("{}T{:02}:{:02}:{:02}Z", to_text(day), time.hours().count(),
                     time.minutes().count(), time.seconds().count());
}

}  // namespace vobiz::core
