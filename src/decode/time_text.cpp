#include "time_text.hpp"

#include <algorithm>
#include <chrono>
#include <optional>

namespace vobiz::decode {

namespace {

constexpr std::string_view no_time = "is not an ISO 8601 time";
constexpr std::string_view no_such_time = "is not a time that exists";

// Digits of a second that PostgreSQL keeps.
constexpr std::size_t most_fraction = 6;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Two digits at the front, cut off; -1 when there are none.
int take_two(std::string_view& text) {
  if (text.size() < 2 || !is_digit(text[0]) || !is_digit(text[1])) return -1;
  auto const value = (text[0] - '0') * 10 + (text[1] - '0');
  text.remove_prefix(2);
  return value;
}

bool take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

// Minutes east of UTC of Z, UTC, GMT, ±HH, ±HHMM or ±HH:MM.
std::optional<int> offset_minutes(std::string_view text) {
  if (text.size() > 1) take(text, ' ');
  if (text == "Z" || text == "z" || text == "UTC" || text == "GMT") return 0;
  auto const negative = take(text, '-');
  if (!negative && !take(text, '+')) return std::nullopt;
  auto const hours = take_two(text);
  auto minutes = 0;
  if (!text.empty()) {
    take(text, ':');
    minutes = take_two(text);
  }
  // PostgreSQL takes offsets up to 15:59.
  if (hours < 0 || hours > 15 || minutes < 0 || minutes > 59 || !text.empty()) return std::nullopt;
  auto const all = hours * 60 + minutes;
  return negative ? -all : all;
}

void write_two(std::string& out, std::size_t at, int value) {
  out[at] = static_cast<char>('0' + value / 10);
  out[at + 1] = static_cast<char>('0' + value % 10);
}

// The date at the front of YYYY-MM-DD…, cut off; a calendar may not have it. Nothing when there is
// none.
std::optional<std::chrono::year_month_day> take_date(std::string_view& text) {
  auto const century = take_two(text);
  auto const year = take_two(text);
  if (century < 0 || year < 0 || !take(text, '-')) return std::nullopt;
  auto const month = take_two(text);
  if (month < 0 || !take(text, '-')) return std::nullopt;
  auto const day = take_two(text);
  if (day < 0) return std::nullopt;
  return std::chrono::year_month_day(std::chrono::year(century * 100 + year),
                                     std::chrono::month(static_cast<unsigned>(month)),
                                     std::chrono::day(static_cast<unsigned>(day)));
}

}  // namespace

checked time_text(std::string_view iso, std::string& room) {
  auto rest = iso;
  auto const date = take_date(rest);
  if (!date) return refused(no_time);
  auto hour = 0, minute = 0, second = 0;
  std::optional<int> east = 0;
  auto assumed_utc = false;
  std::string_view fraction;
  if (!rest.empty()) {
    if (!take(rest, 'T') && !take(rest, ' ') && !take(rest, 't')) return refused(no_time);
    hour = take_two(rest);
    if (hour < 0 || !take(rest, ':')) return refused(no_time);
    minute = take_two(rest);
    if (minute < 0 || !take(rest, ':')) return refused(no_time);
    second = take_two(rest);
    if (second < 0) return refused(no_time);
    if (take(rest, '.') || take(rest, ',')) {
      auto const digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
      if (digits == 0) return refused(no_time);
      fraction = rest.substr(0, std::min(digits, most_fraction));
      fraction = fraction.substr(0, fraction.find_last_not_of('0') + 1);
      rest.remove_prefix(digits);
    }
    assumed_utc = rest.empty();
    if (!assumed_utc) east = offset_minutes(rest);
    if (!east) return refused(no_time);
  }
  if (!date->ok() || hour > 23 || minute > 59 || second > 59) return refused(no_such_time);

  constexpr auto day_length = 24 * 60;
  auto const local = hour * 60 + minute - *east;
  auto const days = local < 0 ? -1 : local / day_length;
  auto const utc_date =
      days == 0
          ? *date
          : std::chrono::year_month_day(std::chrono::sys_days(*date) + std::chrono::days(days));
  if (utc_date.year() < std::chrono::year(1) || utc_date.year() > std::chrono::year(9999)) {
    return refused("is outside the years 0001 to 9999");
  }
  room = "0000-00-00T00:00:00";
  auto const year = static_cast<int>(utc_date.year());
  write_two(room, 0, year / 100);
  write_two(room, 2, year % 100);
  write_two(room, 5, static_cast<int>(static_cast<unsigned>(utc_date.month())));
  write_two(room, 8, static_cast<int>(static_cast<unsigned>(utc_date.day())));
  write_two(room, 11, (local - days * day_length) / 60);
  write_two(room, 14, (local - days * day_length) % 60);
  write_two(room, 17, second);
  if (!fraction.empty()) (room += '.') += fraction;
  room += 'Z';
  return {room, {}, assumed_utc};
}

}  // namespace vobiz::decode
