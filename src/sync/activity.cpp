#include "vobiz/sync/activity.hpp"

#include <algorithm>

namespace vobiz::sync {

namespace {

void add(totals& all, activity::figures const& cycle) {
  all.api += *cycle.spent;
  all.rows += cycle.report->rows;
  all.removed += cycle.report->removed;
  all.rejected += cycle.report->rejected;
}

// Reading an empty backfill queue is no cycle, and neither is one that could not begin for the
// database: they leave no run. Upkeep is beside the cycles.
bool is_cycle(sink::run_report const& report) {
  if (report.command.empty() || report.command == "upkeep") return false;
  return report.command != "backfill" || report.windows > 0 ||
         report.outcome != sink::run_outcome::ok;
}

}  // namespace

void activity::began(figures const& cycle) { under_way_.push_back({cycle, clock::now()}); }

void activity::ended(figures const& cycle) {
  auto const place = std::ranges::find_if(
      under_way_, [&](under_way const& one) { return one.of.report == cycle.report; });
  add(finished_, cycle);
  if (is_cycle(*cycle.report)) {
    auto const seconds = std::chrono::duration<double>(clock::now() - place->since).count();
    auto const bound = std::ranges::lower_bound(bounds, seconds) - bounds.begin();
    ++took_.counts[static_cast<std::size_t>(bound)];
    took_.sum += seconds;
    last_ = cycle.report->outcome;
    ++outcomes_[static_cast<std::size_t>(cycle.report->outcome)];
  }
  std::erase_if(under_way_, [&](under_way const& one) { return one.of.report == cycle.report; });
}

totals activity::so_far() const {
  auto all = finished_;
  for (auto const& one : under_way_) add(all, one.of);
  return all;
}

std::uint64_t activity::cycles(sink::run_outcome outcome) const {
  return outcomes_[static_cast<std::size_t>(outcome)];
}

}  // namespace vobiz::sync
