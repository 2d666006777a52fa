#include "foreign_rows.hpp"

#include <algorithm>

namespace vobiz::sync {

namespace {

// The day nearest to the window's among those of the row's times; nothing where it has no time.
std::optional<core::utc_day> nearest_day(decode::row_batch const& rows, std::size_t row,
                                         std::vector<std::size_t> const& times,
                                         core::utc_day window) {
  std::optional<core::utc_day> nearest;
  for (auto const column : times) {
    auto const text = rows.at(row, column);
    auto const day = text ? core::day_from_text(text->substr(0, 10)) : std::nullopt;
    if (!day) continue;
    if (!nearest || std::chrono::abs(*day - window) < std::chrono::abs(*nearest - window)) {
      nearest = day;
    }
  }
  return nearest;
}

}  // namespace

foreign_rows& foreign_rows::operator+=(foreign_rows const& more) {
  if (example.empty()) example = more.example;
  other_days += more.other_days;
  other_customers += more.other_customers;
  return *this;
}

found_foreign_rows find_foreign_rows(streams::stream const& stream, sink::window_key const& window,
                                     decode::row_batch const& rows) {
  found_foreign_rows found;
  std::vector<std::size_t> times;
  for (auto const name : streams::day_times(stream)) {
    times.push_back(streams::position(stream, name));
  }
  auto const account = streams::position(stream, stream.account_column);
  bool const of_customer = window.scope != sink::global_scope && account < stream.columns.size();
  for (std::size_t row = 0; row < rows.size(); ++row) {
    auto const day = nearest_day(rows, row, times, window.day);
    auto const customer = of_customer ? rows.at(row, account) : std::nullopt;
    foreign_rows one;
    if (day && std::chrono::abs(*day - window.day) > std::chrono::days(1)) {
      one = {1, 0, core::to_text(*day)};
    } else if (customer && *customer != window.scope) {
      one = {0, 1, std::string(*customer)};
    } else {
      continue;
    }
    found.places.push_back(row);
    found.what += one;
  }
  return found;
}

decode::row_batch without(decode::row_batch const& rows, std::vector<std::size_t> const& places) {
  decode::row_batch result(rows.columns());
  for (std::size_t column = 0; column < rows.columns(); ++column) {
    if (rows.seen(column)) result.mark_seen(column);
  }
  for (std::size_t row = 0; row < rows.size(); ++row) {
    if (std::ranges::binary_search(places, row)) continue;
    result.add_row();
    for (std::size_t column = 0; column < rows.columns(); ++column) {
      if (auto const text = rows.at(row, column)) result.set(column, *text);
    }
  }
  return result;
}

}  // namespace vobiz::sync
