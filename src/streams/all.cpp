#include <algorithm>

#include "declarations.hpp"

namespace vobiz::streams {

namespace {

// The streams that come after this one, each followed by those after itself.
void add_those_after(std::string_view name, std::span<stream const> declared,
                     std::vector<stream>& ordered) {
  for (auto const& next : declared) {
    if (next.after != name) continue;
    ordered.push_back(next);
    add_those_after(next.name, declared, ordered);
  }
}

}  // namespace

std::vector<stream> in_cycle_order(std::span<stream const> declared) {
  std::vector<stream> ordered;
  add_those_after("", declared, ordered);
  return ordered;
}

std::span<stream const> all() {
  static auto const list = [] {
#define VOBIZ_CALL(name) name(),
    std::vector<stream> const declared{VOBIZ_STREAMS(VOBIZ_CALL)};
#undef VOBIZ_CALL
    return in_cycle_order(declared);
  }();
  return list;
}

stream const* find(std::string_view name) {
  auto const streams = all();
  auto const found = std::ranges::find(streams, name, &stream::name);
  return found == streams.end() ? nullptr : &*found;
}

stream const& customers() {
  static auto const& found = *std::ranges::find_if(all(), &stream::lists_customers);
  return found;
}

stream const& wallet_history() {
  static auto const& found = *std::ranges::find_if(all(), &stream::keeps_wallets);
  return found;
}

stream const& partner_document() {
  static auto const& found =
      *std::ranges::find_if(all(), [](stream const& s) { return !s.partner_id_column.empty(); });
  return found;
}

std::size_t position(stream const& of, std::string_view column_name) {
  auto const found = std::ranges::find(of.columns, column_name, &column::name);
  return static_cast<std::size_t>(found - of.columns.begin());
}

std::string_view selective_key(stream const& of) {
  return of.selective_key.empty() && !of.key.empty() ? of.key.front() : of.selective_key;
}

std::vector<std::string_view> day_times(stream const& of) {
  std::vector<std::string_view> columns;
  if (of.day_time.empty()) return columns;
  columns.push_back(of.day_time);
  columns.insert(columns.end(), of.other_day_times.begin(), of.other_day_times.end());
  return columns;
}

std::vector<std::size_t> partition_time_columns(stream const& of) {
  std::vector<std::size_t> columns;
  if (!of.partition) return columns;
  auto const& time = of.columns[position(of, of.partition->column)];
  for (std::size_t at = 0; at < of.columns.size(); ++at) {
    if (std::ranges::count(time.json, of.columns[at].name) > 0) columns.push_back(at);
  }
  return columns;
}

}  // namespace vobiz::streams
