#include "envelope.hpp"

#include <algorithm>
#include <initializer_list>

#include "cell.hpp"
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

// An empty list that a server writes as null counts when its total says so too.
bool has_rows(tape const& all, std::vector<std::size_t> const& objects, streams::stream const& what,
              std::optional<std::int64_t> total) {
  return std::ranges::any_of(what.rows, [&](auto const name) {
    auto const rows = find_any(all, objects, name);
    if (!rows) return false;
    return all[*rows].kind == kind::array || (all[*rows].kind == kind::null && total == 0);
  });
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

void read_envelope(tape const& all, streams::stream const& what, envelope& into) {
  auto objects = levels(all);
  auto const summary = find_any(all, objects, "summary");
  if (auto const pagination = find_any(all, objects, "pagination")) objects.push_back(*pagination);
  into.page = number(all, objects, {"page"});
  into.per_page = number(all, objects, {"per_page", "size"});
  into.total = number(all, objects, {"total"});
  into.has_next = truth(all, objects, "has_next");
  read_period(all, into);
  into.has_rows_member = has_rows(all, objects, what, into.total);
  into.has_summary = summary && all[*summary].kind == kind::object;
  into.measures.assign(what.measures.size(), std::nullopt);
  if (!into.has_summary) return;
  into.zeroed_summary = is_all_zero(all, *summary);
  for (std::size_t at = 0; at < what.measures.size(); ++at) {
    auto const found = find(all, *summary, what.measures[at].summary);
    if (!found) continue;
    if (auto const text = decimal(all[*found])) into.measures[at] = std::string(*text);
  }
}

}  // namespace vobiz::decode
