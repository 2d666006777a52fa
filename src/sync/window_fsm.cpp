#include "window_fsm.hpp"

#include <spdlog/fmt/fmt.h>

#include "proof.hpp"

namespace vobiz::sync {

namespace {

constexpr int most_reads = 3;  // docs/architecture.md, "Drift"

// The number of stored rows decides how pages are grouped: a window without rows is fetched in
// large groups.
bool is_fresh(sink::window const& before) { return before.stored.rows == 0; }

}  // namespace

window_fsm::window_fsm(sink::window const& before, bool whole, std::int64_t per_page)
    : before_(before),
      whole_(whole),
      first_per_page_(per_page),
      list_(is_fresh(before) || whole, per_page) {}

void window_fsm::add_page(decode::envelope const& reported, std::vector<row_key> const& keys,
                          std::vector<decode::reject> const& rejects) {
  list_.add_page(reported);
  for (auto const& key : keys) keys_.insert(key);
  for (auto const& reject : rejects) rejects_.insert_or_assign(reject.payload, reject);
}

std::vector<decode::reject> window_fsm::rejects() const {
  std::vector<decode::reject> result;
  for (auto const& [payload, reject] : rejects_) result.push_back(reject);
  return result;
}

void window_fsm::refuse(row_key const& key, decode::reject const& as) {
  keys_.erase(key);
  rejects_.try_emplace(as.payload, as);
}

bool window_fsm::may_decide(sink::figures const& stored) const {
  return list_.is_over() || met() == met_when_judged_ ||
         (!whole_ && prove(list_.reported(), stored, false));
}

verdict window_fsm::judge(sink::figures const& stored, bool changed) {
  // Pages that only repeat what is known: without this a list without an end would be read for
  // ever.
  if (met() == met_when_judged_) list_.add_no_new_rows();
  met_when_judged_ = met();
  auto const& reported = list_.reported();

  outcome_ = {};
  outcome_.api_total = reported.total;
  outcome_.api_sums = reported.measures;
  outcome_.walked = list_.state() == list_state::end;
  auto const by = prove(reported, stored, false);
  // Pages fetched side by side are answered in any order: while the list moves, a count may agree
  // by chance, with one page's newcomer standing for a row that slipped between two pages. Sums do
  // not.
  bool const by_chance = list_.has_moved() && by == sink::proof::total;
  // A read that changed rows and reached the end anyway can be settled, which proves more.
  if (by && !by_chance && !whole_ && !(list_.is_over() && changed)) {
    outcome_.proven_by = by;
    return verdict::proven;
  }
  if (!list_.is_over()) return verdict::more;
  if (list_.state() == list_state::contradicted || list_.has_moved())
    return retry("the list changed while it was read");
  return verdict::settle;
}

verdict window_fsm::settle(sink::figures const& walked, std::int64_t vanished,
                           std::int64_t stored) {
  auto const& reported = list_.reported();
  auto const by = prove(reported, walked, true);
  if (!by) {
    auto const listed = walked.rows + walked.rejects;
    if (reported.total && *reported.total != listed) {
      return retry(fmt::format("the API counts {} rows, {} were listed", *reported.total, listed));
    }
    return retry(
        reported.total
            ? "as many rows are listed as the API counts, but their sums differ from its summary"
            : "the sums of the listed rows differ from the API's summary");
  }
  auto const total = walked.rows + walked.rejects;
  if (vanished > 0 && !believe_vanished(vanished, stored, total, before_)) {
    outcome_.state = sink::window_state::mismatch;
    outcome_.doubted_total = total;
    outcome_.error = fmt::format(
        "{} of {} stored rows are no longer listed; they stay until another full read, at least 10 "
        "minutes later, agrees",
        vanished, stored);
    return verdict::mismatch;
  }
  outcome_.proven_by = by;
  return verdict::proven;
}

verdict window_fsm::retry(std::string doubt) {
  if (reads_ == most_reads) {
    outcome_.state = sink::window_state::mismatch;
    outcome_.error = fmt::format("not proven after {} reads: {}", most_reads, doubt);
    return verdict::mismatch;
  }
  ++reads_;
  start_over();
  return verdict::again;
}

void window_fsm::start_over() {
  list_ = list_fsm(whole_, first_per_page_);
  keys_.clear();
  rejects_.clear();
  met_when_judged_ = 0;
}

}  // namespace vobiz::sync
