#include "time_text.hpp"

#include <algorithm>
#include <chrono>
#include <optional>

#include "vobiz/core/day.hpp"

namespace vobiz::decode {

namespace {

constexpr std::string_view no_time = "is not an ISO 8601 time";
constexpr std::string_view no_such_time = "is not a time that exists";

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Two digits at the front, cut off.
std::optional<int> take_two(std::string_view& text) {
  if (text.size() < 2 || !is_digit(text[0]) || !is_digit(text[1])) return std::nullopt;
  auto const value = (text[0] - '0') * 10 + (text[1] - '0');
  text.remove_prefix(2);
  return value;
}

bool take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

// Minutes east of UTC of Z, ±HH, ±HHMM or ±HH:MM.
std::optional<int> offset_minutes(std::string_view text) {
  if (text == "Z" || text == "z") return 0;
  auto const negative = take(text, '-');
  if (!negative && !take(text, '+')) return std::nullopt;
  auto const hours = take_two(text);
  if (!hours) return std::nullopt;
  auto minutes = std::optional(0);
  if (!text.empty()) {
    take(text, ':');
    minutes = take_two(text);
  }
  if (!minutes || !text.empty()) return std::nullopt;
  // PostgreSQL takes offsets up to 15:59.
  if (*hours > 15 || *minutes > 59) return std::nullopt;
  auto const all = *hours * 60 + *minutes;
  return negative ? -all : all;
}

void write_two(std::string& out, std::size_t at, int value) {
  out[at] = static_cast<char>('0' + value / 10);
  out[at + 1] = static_cast<char>('0' + value % 10);
}

}  // namespace

checked time_text(std::string_view iso, std::string& room) {
  if (iso.size() == 10 && core::day_from_text(iso) && !iso.starts_with("0000")) {
    (room = iso) += "T00:00:00Z";
    return {room, {}};
  }
  if (iso.size() < 19 || (iso[10] != 'T' && iso[10] != 't' && iso[10] != ' ')) return refused(no_time);
  auto const digits = [&](std::size_t at) { return is_digit(iso[at]) && is_digit(iso[at + 1]); };
  if (!digits(0) || !digits(2) || iso[4] != '-' || !digits(5) || iso[7] != '-' || !digits(8)) {
    return refused(no_time);
  }
  auto const day = core::day_from_text(iso.substr(0, 10));
  auto rest = iso.substr(11);
  auto const hour = take_two(rest);
  if (!hour || !take(rest, ':')) return refused(no_time);
  auto const minute = take_two(rest);
  if (!minute || !take(rest, ':')) return refused(no_time);
  auto const second = take_two(rest);
  if (!second) return refused(no_time);

  std::string_view fraction;
  if (take(rest, '.')) {
    auto const end = std::ranges::find_if_not(rest, is_digit);
    fraction = rest.substr(0, static_cast<std::size_t>(end - rest.begin()));
    if (fraction.empty()) return refused(no_time);
    rest.remove_prefix(fraction.size());
    fraction = fraction.substr(0, fraction.find_last_not_of('0') + 1);
  }
  if (rest.empty()) return refused("has no UTC offset");
  auto const east = offset_minutes(rest);
  if (!east) return refused(no_time);
  if (!day || *hour > 23 || *minute > 59 || *second > 59) return refused(no_such_time);
  if (fraction.size() > 6) return refused("has more than 6 fractional digits");

  auto const local = *hour * 60 + *minute - *east;
  auto const days = local < 0 ? -1 : local / (24 * 60);
  auto const utc_minutes = local - days * 24 * 60;
  auto const utc_day = *day + std::chrono::days(days);
  auto const year = static_cast<int>(std::chrono::year_month_day(utc_day).year());
  if (year < 1 || year > 9999) return refused("is outside the years 0001 to 9999");

  room.assign(iso, 0, 19);
  if (days != 0) room.replace(0, 10, core::to_text(utc_day));
  room[10] = 'T';
  write_two(room, 11, utc_minutes / 60);
  write_two(room, 14, utc_minutes % 60);
  if (!fraction.empty()) (room += '.') += fraction;
  room += 'Z';
  return {room, {}};
}

}  // namespace vobiz::decode
