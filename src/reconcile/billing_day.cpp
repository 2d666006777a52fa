#include "vobiz/reconcile/billing_day.hpp"

#include <date/tz.h>

namespace vobiz::reconcile {

using std::chrono::days;

std::string to_text(billing_day day) {
  return core::to_text(core::utc_day(day.time_since_epoch()));
}

std::optional<billing_day> billing_day_from_text(std::string_view text) {
  auto const day = core::day_from_text(text);
  return day ? std::optional(billing_day(day->time_since_epoch())) : std::nullopt;
}

std::optional<std::vector<billing_day>> days_of_month(std::string_view text, billing_day last) {
  auto day = billing_day_from_text(std::string(text) + "-01");
  if (!day) return std::nullopt;
  auto const month = std::chrono::year_month_day(*day).month();
  std::vector<billing_day> result;
  for (; *day <= last && std::chrono::year_month_day(*day).month() == month; *day += days(1)) {
    result.push_back(*day);
  }
  return result;
}

billing_day day_at(std::string const& zone, core::utc_time instant) {
  auto const local =
      date::make_zoned(zone, date::floor<std::chrono::seconds>(instant)).get_local_time();
  return billing_day(date::floor<date::days>(local).time_since_epoch());
}

core::utc_time time_of(std::string const& zone, billing_day day, std::chrono::minutes at) {
  date::local_seconds const local(day.time_since_epoch() + at);
  return date::make_zoned(zone, local, date::choose::earliest).get_sys_time();
}

std::vector<billing_day> days_of_night(billing_day today,
                                       std::optional<billing_day> last_long_night) {
  bool const long_night = !last_long_night || today - *last_long_night >= days(7);
  std::vector<billing_day> result;
  for (int back = 1; back <= (long_night ? 35 : 8); ++back) result.push_back(today - days(back));
  return result;
}

core::utc_time last_due(std::string const& zone, std::chrono::minutes at, core::utc_time now) {
  auto const today = day_at(zone, now);
  auto const due = time_of(zone, today, at);
  return due <= now ? due : time_of(zone, today - days(1), at);
}

}  // namespace vobiz::reconcile
