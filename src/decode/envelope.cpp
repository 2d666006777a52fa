#include "envelope.hpp"

#include <algorithm>
#include <initializer_list>

#include "cell.hpp"
#include "json_text.hpp"
#include "vobiz/core/day.hpp"
#include "vobiz/core/decimal.hpp"

namespace vobiz::decode {

namespace {

// The document, and an object "data" that wraps everything when there is one.
std::vector<std::size_t> levels(tape const& all) {
  std::vector<std::size_t> result{0};
  auto const data = find(all, 0, "data");
  if (data && all[*data].kind == kind::object) result.push_back(*data);
  return result;
}

std::optional<std::size_t> find_any(tape const& all, std::vector<std::size_t> const& objects,
                                    std::string_view name) {
  for (auto const object : objects) {
    if (auto const found = find(all, object, name)) return found;
  }
  return std::nullopt;
}

std::optional<std::int64_t> number(tape const& all, std::vector<std::size_t> const& objects,
                                   std::initializer_list<std::string_view> names) {
  for (auto const name : names) {
    auto const found = find_any(all, objects, name);
    if (!found) continue;
    if (auto const value = whole_number(all[*found])) return value;
  }
  return std::nullopt;
}

std::optional<bool> truth(tape const& all, std::vector<std::size_t> const& objects,
                          std::string_view name) {
  auto const found = find_any(all, objects, name);
  if (!found || all[*found].kind != kind::boolean) return std::nullopt;
  return all[*found].text == "true";
}

std::optional<core::utc_day> day(tape const& all, std::size_t object, std::string_view name) {
  auto const found = find(all, object, name);
  if (!found || all[*found].kind != kind::string) return std::nullopt;
  return core::day_from_text(all[*found].text.substr(0, 10));
}

// An empty list that a server writes as null or {} counts when its total says so too.
bool has_rows(tape const& all, std::vector<std::size_t> const& objects, streams::stream const& what,
              std::optional<std::int64_t> total) {
  return std::ranges::any_of(what.rows, [&](auto const name) {
    auto const rows = find_any(all, objects, name);
    if (!rows) return false;
    auto const& value = all[*rows];
    auto const is_nothing =
        value.kind == kind::null || (value.kind == kind::object && value.end == *rows + 1);
    return value.kind == kind::array || (is_nothing && total == 0);
  });
}

bool begins_with_word(std::string_view text, std::string_view word) {
  return text.size() >= word.size() &&
         std::ranges::equal(text.substr(0, word.size()), word,
                            [](char c, char expected) { return (c | 0x20) == expected; });
}

// Whether a text means a number: digits, or what programs write for one that is not finite.
bool means_number(std::string_view text) {
  auto const start = text.find_first_not_of(" \t\r\n+-");
  if (start == std::string_view::npos) return false;
  text.remove_prefix(start);
  if (text.front() == '.' || text.front() == ',') text.remove_prefix(1);
  auto const is_digit = !text.empty() && text.front() >= '0' && text.front() <= '9';
  return is_digit || begins_with_word(text, "nan") || begins_with_word(text, "inf") ||
         text.starts_with("\u221e");
}

// Whether the value means to be a count of rows, and cannot be one.
bool is_false_count(token const& t) {
  auto const is_number = t.kind == kind::number || (t.kind == kind::string && means_number(t.text));
  return is_number && whole_number(t).value_or(-1) < 0;
}

bool is_all_zero(tape const& all, std::size_t object) {
  for (auto member = object + 1; member < all[object].end; member = behind(all, member)) {
    auto const value = decimal(all[member]);
    if (value && !core::is_zero(*value)) return false;
  }
  return true;
}

}  // namespace

void read_period(tape const& all, envelope& into) {
  auto const period = find_any(all, levels(all), "period");
  if (!period || all[*period].kind != kind::object) return;
  into.first_day = day(all, *period, "from");
  into.last_day = day(all, *period, "to");
}

std::string read_envelope(tape const& all, streams::stream const& what, envelope& into) {
  auto objects = levels(all);
  auto const summary = find_any(all, objects, "summary");
  if (auto const pagination = find_any(all, objects, "pagination")) objects.push_back(*pagination);
  into.page = number(all, objects, {"page"});
  into.per_page = number(all, objects, {"per_page", "size"});
  for (auto const object : objects) {
    auto const total = find(all, object, "total");
    if (!total || !is_false_count(all[*total])) continue;
    return "\"total\": " + quoted(all, *total, what.secrets) + " is not a number of rows";
  }
  into.total = number(all, objects, {"total"});
  into.has_next = truth(all, objects, "has_next");
  read_period(all, into);
  into.has_rows_member = has_rows(all, objects, what, into.total);
  into.has_summary = summary && all[*summary].kind == kind::object;
  into.measures.assign(what.measures.size(), std::nullopt);
  if (!into.has_summary) return {};
  into.zeroed_summary = is_all_zero(all, *summary);
  for (std::size_t at = 0; at < what.measures.size(); ++at) {
    auto const found = find(all, *summary, what.measures[at].summary);
    if (!found) continue;
    if (auto const text = decimal(all[*found])) into.measures[at] = std::string(*text);
  }
  return {};
}

}  // namespace vobiz::decode
