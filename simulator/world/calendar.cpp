#include "simulator/world/calendar.hpp"

namespace vobiz::simulator {

namespace {

void append_two(std::string& out, long value) {
  out += static_cast<char>('0' + value / 10 % 10);
  out += static_cast<char>('0' + value % 10);
}

constexpr minutes india{330};

// So many digits at the front of the text, taken off it.
std::optional<long> take(std::string_view& text, std::size_t count) {
  if (text.size() < count) return std::nullopt;
  long value = 0;
  for (char const c : text.substr(0, count)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(count);
  return value;
}

bool skip(std::string_view& text, char expected) {
  if (!text.starts_with(expected)) return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace

void append_time(std::string& out, instant at, zone spelling) {
  if (spelling == zone::india_offset) at += india;
  auto const day = day_of(at);
  std::chrono::year_month_day const date(day);
  auto const year = static_cast<int>(date.year());
  append_two(out, year / 100);
  append_two(out, year % 100);
  out += '-';
  append_two(out, static_cast<long>(static_cast<unsigned>(date.month())));
  out += '-';
  append_two(out, static_cast<long>(static_cast<unsigned>(date.day())));
  auto const of_day = (at - day).count();
  auto const second = of_day / 1'000'000;
  out += 'T';
  append_two(out, second / 3600);
  out += ':';
  append_two(out, second / 60 % 60);
  out += ':';
  append_two(out, second % 60);
  if (auto fraction = of_day % 1'000'000; fraction != 0) {
    out += '.';
    for (long place = 100'000; fraction != 0; place /= 10) {
      out += static_cast<char>('0' + fraction / place);
      fraction %= place;
    }
  }
  out += spelling == zone::z ? "Z" : spelling == zone::utc_offset ? "+00:00" : "+05:30";
}

std::string to_text(instant at) {
  std::string out;
  append_time(out, at);
  return out;
}

std::optional<instant> instant_from_text(std::string_view text) {
  auto const day = day_from_text(text.substr(0, 10));
  if (!day) return std::nullopt;
  instant at = *day;
  text.remove_prefix(10);
  if (text.empty()) return at;
  if (!skip(text, 'T')) return std::nullopt;
  auto const hour = take(text, 2);
  if (!hour || *hour > 23 || !skip(text, ':')) return std::nullopt;
  auto const minute = take(text, 2);
  if (!minute || *minute > 59 || !skip(text, ':')) return std::nullopt;
  auto const second = take(text, 2);
  if (!second || *second > 59) return std::nullopt;
  at += hours(*hour) + minutes(*minute) + seconds(*second);
  if (skip(text, '.')) {
    long place = 100'000;
    if (text.empty() || text.front() < '0' || text.front() > '9') return std::nullopt;
    while (auto const digit = take(text, 1)) {
      at += microseconds(*digit * place);
      place /= 10;
    }
  }
  if (text == "Z") return at;
  bool const east = text.starts_with('+');
  if (!east && !text.starts_with('-')) return std::nullopt;
  text.remove_prefix(1);
  auto const offset_hours = take(text, 2);
  if (!offset_hours || !skip(text, ':')) return std::nullopt;
  auto const offset_minutes = take(text, 2);
  if (!offset_minutes || !text.empty()) return std::nullopt;
  auto const offset = hours(*offset_hours) + minutes(*offset_minutes);
  return east ? at - offset : at + offset;
}

}  // namespace vobiz::simulator
