#include "vobiz/sink/window_transaction.hpp"

#include "vobiz/sink/cursor.hpp"
#include "vobiz/sink/customers.hpp"
#include "vobiz/sink/rejects.hpp"

namespace vobiz::sink {

merge_result window_transaction::merge(merge_target const& target, decode::page& page) {
  auto merged = merge_with_feeds(transaction_, stream_, target, page.rows, page.rejects);
  touched_.add(merged.touched);
  return merged;
}

std::int64_t window_transaction::record_rejects(std::vector<decode::reject> const& rejects) {
  return sink::record_rejects(transaction_, key_, rejects);
}

std::int64_t window_transaction::resolve_rejects(std::vector<decode::reject> const& met) {
  return sink::resolve_rejects(transaction_, key_, met);
}

std::vector<std::string> window_transaction::record_unknown_fields(
    std::vector<std::string> const& fields) {
  return sink::record_unknown_fields(transaction_, key_.partner, stream_.name, fields);
}

void window_transaction::record_wallets() { sink::record_wallets(transaction_, key_.partner); }

void window_transaction::reopen(std::vector<core::utc_day> const& days) {
  if (sink::reopen(transaction_, stream_, key_, days) == 0) return;
  moves_cursor_ = true;
  reopened_.insert(reopened_.end(), days.begin(), days.end());
}

void window_transaction::lock() { lock_window(transaction_, key_); }

figures window_transaction::recount() { return sink::recount(transaction_, stream_, key_); }

figures window_transaction::add(figures_change const& change) {
  return add_to_window(transaction_, stream_, key_, change);
}

walk_comparison window_transaction::compare_walk(figures const& stored, std::int64_t walked,
                                                 was_walked const& met) {
  return sink::compare_walk(transaction_, stream_, key_, stored, walked, met);
}

void window_transaction::add_figures_of(figures& to, std::vector<std::string> const& keys) {
  sink::add(transaction_, stream_, to, sink::figures_of(transaction_, stream_, key_, keys));
}

std::int64_t window_transaction::mark_removed(was_walked const& met) {
  auto const marked = sink::mark_removed(transaction_, stream_, key_, met);
  touched_.add(marked.touched);
  // A neighbour that still lists such a row brings it back when it is read again.
  if (marked.rows > 0) reopen(neighbours_of_removed(transaction_, stream_, key_));
  return marked.rows;
}

void window_transaction::conclude(conclusion const& outcome) {
  if (sink::conclude(transaction_, stream_, key_, outcome)) moves_cursor_ = true;
}

void window_transaction::finish() {
  roll_up(transaction_, stream_, touched_);
  if (!moves_cursor_ || stream_.day_column.empty()) return;
  update_cursor(transaction_, key_.partner, stream_.name);
}

}  // namespace vobiz::sink
