#include "cell.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

#include "json_text.hpp"
#include "time_text.hpp"
#include "vobiz/core/day.hpp"
#include "vobiz/core/decimal.hpp"
#include "vobiz/decode/secret_text.hpp"

namespace vobiz::decode {

namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

checked numeric(token const& t) {
  if (t.kind != kind::number && t.kind != kind::string) return refused("is not a number");
  auto const text = trimmed(t.text);
  if (core::is_decimal(text)) return {text};
  return refused(t.kind == kind::number ? beyond_decimal : "is not a number");
}

// Whether the text is already the way it is stored: this is what nearly every whole number looks
// like.
bool is_plain(std::string_view text, std::size_t most_digits) {
  if (text.empty() || text.size() > most_digits) return false;
  if (text.front() == '0') return text.size() == 1;
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

template <class Integer>
checked whole(token const& t, std::string_view too_large, std::string& room) {
  auto const number = numeric(t);
  if (!number.problem.empty()) return number;
  if (is_plain(number.text, std::numeric_limits<Integer>::digits10)) return number;
  room = core::canonical(number.text);
  if (room.find('.') != std::string::npos) return refused("is not a whole number");
  Integer value{};
  auto const [end, error] = std::from_chars(room.data(), room.data() + room.size(), value);
  if (error != std::errc()) return refused(too_large);
  return {room};
}

checked boolean(token const& t) {
  auto const text = trimmed(t.text);
  if (t.kind == kind::boolean || t.kind == kind::string || t.kind == kind::number) {
    if (text == "true" || text == "1") return {"true"};
    if (text == "false" || text == "0") return {"false"};
  }
  return refused("is neither true nor false");
}

checked uuid(token const& t, std::string& room) {
  auto const text = trimmed(t.text);
  if (t.kind != kind::string || text.size() != 36) return refused("is not a UUID");
  room = text;
  for (std::size_t at = 0; at < room.size(); ++at) {
    auto& c = room[at];
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c + ('a' - 'A'));
    auto const hyphen = at == 8 || at == 13 || at == 18 || at == 23;
    auto const hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    if (hyphen ? c != '-' : !hex) return refused("is not a UUID");
  }
  return {room};
}

checked date(token const& t) {
  auto const text = trimmed(t.text);
  if (t.kind != kind::string || !core::day_from_text(text) || text.starts_with("0000")) {
    return refused("is not a date (YYYY-MM-DD)");
  }
  return {text};
}

checked text(tape const& all, std::size_t value, std::span<std::string_view const> secrets,
             std::string& room) {
  auto const& t = all[value];
  if (t.kind == kind::string && may_hold_members(t.text)) {
    room = without_secret_members(t.text);
    return {room};
  }
  if (t.kind != kind::object && t.kind != kind::array) return {t.text};
  room.clear();
  append_json(room, all, value, secrets);
  return {room};
}

checked jsonb(tape const& all, std::size_t value, std::span<std::string_view const> secrets,
              std::string& room) {
  room.clear();
  if (!append_json(room, all, value, secrets)) return refused(holds_beyond_decimal);
  return {room};
}

}  // namespace

checked cell_text(streams::column_type type, tape const& all, std::size_t value,
                  std::span<std::string_view const> secrets, std::string& room) {
  auto const& t = all[value];
  switch (type) {
    case streams::column_type::text:
      return text(all, value, secrets, room);
    case streams::column_type::integer:
      return whole<std::int32_t>(t, "is out of range for integer", room);
    case streams::column_type::bigint:
      return whole<std::int64_t>(t, "is out of range for bigint", room);
    case streams::column_type::numeric:
      return numeric(t);
    case streams::column_type::boolean:
      return boolean(t);
    case streams::column_type::timestamptz:
      if (t.kind != kind::string) return refused("is not an ISO 8601 time");
      return time_text(trimmed(t.text), room);
    case streams::column_type::date:
      return date(t);
    case streams::column_type::uuid:
      return uuid(t, room);
    case streams::column_type::jsonb:
      return jsonb(all, value, secrets, room);
  }
  return refused("has a type this program does not know");
}

std::optional<std::int64_t> whole_number(token const& t) {
  std::string room;
  auto const number = whole<std::int64_t>(t, "is out of range for bigint", room);
  if (!number.problem.empty()) return std::nullopt;
  std::int64_t value = 0;
  std::from_chars(number.text.data(), number.text.data() + number.text.size(), value);
  return value;
}

std::optional<std::string_view> decimal(token const& t) {
  auto const number = numeric(t);
  if (!number.problem.empty()) return std::nullopt;
  return number.text;
}

}  // namespace vobiz::decode
