#include "sink/hostile_rows.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace vobiz::testing {

namespace {

namespace json = boost::json;

std::string text(std::string const& raw) { return "\"" + raw + "\""; }

// Text that does not compress, so that an index refuses it.
std::string noise(std::size_t bytes) {
  std::mt19937_64 dice(bytes);
  std::string result;
  for (std::size_t n = 0; n < bytes; ++n) result += static_cast<char>('a' + dice() % 26);
  return result;
}

std::string nested(std::size_t levels, std::string const& inner = {}) {
  return std::string(levels, '[') + inner + std::string(levels, ']');
}

std::string many(std::size_t count, std::string const& value) {
  std::string result = "[";
  for (std::size_t n = 0; n < count; ++n) result += (n == 0 ? "" : ",") + value;
  return result + "]";
}

std::vector<std::string> numbers() {
  return {"0",
          "-0",
          "0.0",
          "-0.0e5",
          "1",
          "-1",
          "2",
          "0.5",
          "1e5",
          "1E+05",
          "1e-7",
          "1e15",
          "1e18",
          "1e19",
          "1e30",
          "1e99",
          "-1e99",
          "1e-99",
          "9e99",
          "1e100",
          "1e308",
          "1e309",
          "1e-400",
          "1e9999",
          "-1e9999",
          "1e131071",
          "1e131072",
          "1e-16383",
          "1e-16384",
          "1e99999999999",
          "2147483647",
          "2147483648",
          "-2147483648",
          "-2147483649",
          "9223372036854775807",
          "9223372036854775808",
          "18446744073709551616",
          std::string(99, '9'),
          std::string(101, '9'),
          std::string(100'000, '9'),
          "0." + std::string(100'000, '0') + "1",
          "NaN",
          "-NaN",
          "nan",
          "Infinity",
          "-Infinity",
          "inf",
          "undefined",
          "None",
          "True",
          "007",
          "+1",
          ".5",
          "5.",
          "0x10",
          "1_000",
          "1.#INF"};
}

std::vector<std::string> times() {
  return {"0001-01-01T00:00:00Z",
          "0000-00-00T00:00:00Z",
          "0000-01-01",
          "9999-12-31T23:59:59Z",
          "294277-01-01T00:00:00Z",
          "-4713-01-01T00:00:00Z",
          "infinity",
          "-infinity",
          "epoch",
          "now",
          "1969-12-31T23:59:59Z",
          "1970-01-01T00:00:00Z",
          "2200-12-31T23:59:59.9999999Z",
          "2201-01-01T00:00:00Z",
          "2026-03-10",
          "2026-03-10T10:00:00",
          "2026-03-10T24:00:00Z",
          "2026-03-10T23:59:60Z",
          "2026-03-10T10:00:00.123456789Z",
          "2026-03-10T10:00:00+1559",
          "2026-02-30T00:00:00Z",
          "2026-03-10T10:00:00 IST",
          "1900-01-01T00:00:00Z",
          "2100-06-01T00:00:00Z",
          "1995-06-01T00:00:00Z"};
}

std::vector<std::string> texts() {
  return {"",
          " ",
          "null",
          "NULL",
          "{}",
          "{,}",
          "[",
          "\\\\",
          "\\\"",
          "'",
          "%s{}",
          "$1",
          "\\u0000",
          "a\\u0000b",
          "\\ud800",
          "\\udfff\\ud800",
          "\\ud83d\\ude00",
          "\\ufffe",
          "\\uffff",
          "\\u001b[31m",
          "a\nb",
          "a\tb",
          "\\x41",
          "it\\'s",
          "\\u12",
          "\xf0\x9f\x98\x80",
          "\xe2\x80\xae",
          "28s",
          "n/a",
          "true",
          "00000000-0000-4000-8000-00000000ffff",
          "zzzzzzzz-0000-4000-8000-000000000000",
          noise(399),
          noise(400),
          noise(401),
          noise(2704),
          noise(4096),
          noise(9000),
          std::string(100'000, 'x'),
          noise(300'000),
          noise(5'000'000)};
}

std::vector<std::string> structures() {
  return {"null",
          "true",
          "false",
          "[]",
          "{}",
          "[null]",
          "[{}]",
          "[[]]",
          "[17]",
          "{\"a\":1}",
          "{\"a\":1,\"a\":2}",
          "{\"\":1}",
          "{\"\\u0000\":1}",
          "{\"" + noise(4096) + "\":1}",
          "{\"id\":\"" + noise(4096) + "\"}",
          "{\"id\":{}}",
          "[{\"auth_id\":\"" + noise(4096) + "\"}]",
          "{\"id\":\"a\\u0000\"}",
          "{\"id\":\"x\",\"rate_per_minute\":1e131071}",
          "[{\"date\":\"0001-01-01\",\"auth_id\":\"MA_0\",\"cost\":NaN}]",
          "[{\"date\":\"9999-12-31\",\"auth_id\":\"MA_0\",\"cost\":1e99}]",
          "{\"a\":{\"b\":[NaN,-Infinity,1e131071]}}",
          "{\"auth_token\":\"x\"}",
          nested(20),
          nested(29),
          nested(30),
          nested(64),
          nested(300),
          nested(100'000),
          nested(28, "1e99"),
          many(2'000, "1e131071"),
          many(50'000, "1e99"),
          many(1'000, "\"\\u0000\""),
          many(100'000, "[]")};
}

std::vector<std::string> as_texts(std::vector<std::string> const& raw) {
  std::vector<std::string> result;
  for (auto const& one : raw) result.push_back(text(one));
  return result;
}

// By kind, so that each kind is met as often as another.
std::vector<std::vector<std::string>> const& values() {
  static std::vector<std::vector<std::string>> const all = {
      structures(), numbers(), as_texts(numbers()), as_texts(times()), as_texts(texts())};
  return all;
}

std::vector<std::string> const& strange_names() {
  static std::vector<std::string> const all = {
      "new",           "",           " ",          "a.b",
      "a\\u0000b",     "\\u0000",    "\\ud800",    "\\u001b[31m",
      "extra",         "removed_at", "partner_id", "window_day",
      "first_seen_at", "ctid",       "auth_token", "calls.total_cost",
      noise(400),      noise(401),   noise(4096),  noise(100'000)};
  return all;
}

// The first row of the stream's newest fixture.
std::string fixture_row(streams::stream const& stream) {
  auto const folder = std::filesystem::path(VOBIZ_SOURCE_DIR) / "tests/fixtures" / stream.name;
  std::filesystem::path newest;
  for (auto const& file : std::filesystem::directory_iterator(folder)) {
    newest = std::max(newest, file.path());
  }
  std::ifstream file(newest);
  std::string const content(std::istreambuf_iterator<char>(file), {});
  auto const document = json::parse(content);
  if (stream.rows.empty()) return json::serialize(document);
  auto const& members = document.as_object();
  for (auto const name : stream.rows) {
    if (auto const* const rows = members.if_contains(name)) {
      return json::serialize(rows->as_array().at(0));
    }
  }
  throw std::runtime_error("no rows in " + newest.string());
}

// A row with a key of its own.
std::string with_key(streams::stream const& stream, std::string const& row, int number) {
  auto document = json::parse(row);
  auto& members = document.as_object();
  for (auto const name : stream.key) {
    auto const& column = stream.columns[streams::position(stream, name)];
    auto const digits = std::to_string(100 + number);
    auto const value = column.type == streams::column_type::uuid
                           ? "00000000-0000-4000-8000-000000000" + digits
                           : "KEY_" + digits;
    for (auto const member : column.json) {
      if (members.contains(member)) members[member] = value;
    }
  }
  return json::serialize(members);
}

}  // namespace

hostile_rows::hostile_rows(streams::stream const& stream, std::uint64_t seed)
    : stream_(stream), dice_(seed), base_(fixture_row(stream)) {
  for (auto const& column : stream.columns) {
    auto const tells = column.indexed || column.dated || column.staged_only ||
                       std::ranges::count(stream.key, column.name) > 0;
    for (auto const name : column.json) {
      names_.emplace_back(name.substr(0, name.find('.')));
      if (tells) telling_names_.push_back(names_.back());
    }
  }
  if (telling_names_.empty()) telling_names_ = names_;
  if (stream.rows.empty()) return;
  for (int number = 0; number < 4; ++number) rows_.push_back(with_key(stream, base_, number));
}

std::string hostile_rows::one_value() {
  auto const& kind = values()[below(values().size())];
  return kind[below(kind.size())];
}

std::string hostile_rows::one_name() {
  if (below(3) == 0) return telling_names_[below(telling_names_.size())];
  if (below(4) > 0) return names_[below(names_.size())];
  return strange_names()[below(strange_names().size())];
}

// One to three members replaced, repeated, removed or added; inside an object, too.
std::string hostile_rows::mutated() {
  if (below(40) == 0) return one_value();
  auto const row = stream_.rows.empty() ? base_ : with_key(stream_, base_, 99);
  std::vector<std::pair<std::string, std::string>> members;
  auto const parsed = json::parse(row);
  for (auto const& member : parsed.as_object()) {
    members.emplace_back(member.key(), json::serialize(member.value()));
  }
  for (auto left = 1 + below(3); left > 0; --left) {
    auto const name = one_name();
    auto const found =
        std::ranges::find(members, name, &std::pair<std::string, std::string>::first);
    auto value = one_value();
    if (below(6) == 0) value = "{" + text(one_name()) + ":" + value + "}";
    boost::system::error_code error;
    auto const object = found == members.end() ? json::value() : json::parse(found->second, error);
    if (!error && object.is_object() && below(2) == 0) {
      // A member of the object, or another one in it.
      auto const& inner = object.as_object();
      auto const chosen =
          static_cast<std::ptrdiff_t>(below(std::max<std::size_t>(inner.size(), 1)));
      auto const at = inner.empty() || below(3) == 0
                          ? std::string("id")
                          : std::string(std::next(inner.begin(), chosen)->key());
      found->second.insert(found->second.size() - 1,
                           (inner.empty() ? "" : ",") + text(at) + ":" + value);
    } else if (found != members.end() && below(5) > 0) {
      found->second = value;
    } else if (found != members.end() && below(3) == 0) {
      members.erase(found);
    } else {
      members.emplace_back(name, value);
    }
  }
  std::string result = "{";
  for (auto const& [name, value] : members) {
    result += (result.size() == 1 ? "" : ",") + text(name) + ":" + value;
  }
  return result + "}";
}

hostile_rows::body hostile_rows::next() {
  auto const hostile = mutated();
  if (stream_.rows.empty()) {
    auto const document = hostile.starts_with('{') ? hostile : base_;
    return {base_, document, document, 1};
  }
  auto const list = [this](std::vector<std::string> const& rows) {
    std::string result;
    for (auto const& row : rows) result += (result.empty() ? "" : ",") + row;
    return "{\"" + std::string(stream_.rows.front()) + "\":[" + result +
           "],\"total\":" + std::to_string(rows.size()) + "}";
  };
  auto all = rows_;
  all.insert(all.begin() + static_cast<std::ptrdiff_t>(below(all.size() + 1)), hostile);
  return {list(rows_), list(all), hostile, rows_.size()};
}

}  // namespace vobiz::testing
