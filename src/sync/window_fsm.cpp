#include "window_fsm.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <chrono>

#include "proof.hpp"

namespace vobiz::sync {

namespace {

constexpr int most_reads = 3;  // docs/architecture.md, "Drift"

// Keys of repeated rows that are kept to add up what they would count for.
constexpr std::size_t most_repeats = 10'000;

// Foreign rows that nonsense times explain: so many, or one in so many.
constexpr std::int64_t few_rows = 5;
constexpr std::int64_t part_of_rows = 20;

// The number of stored rows decides how pages are grouped: a window without rows is fetched in
// large groups.
bool is_fresh(sink::window const& before) { return before.stored.rows == 0; }

std::int64_t count(std::size_t size) { return static_cast<std::int64_t>(size); }

}  // namespace

window_fsm::window_fsm(sink::window const& before, bool whole, std::int64_t per_page)
    : before_(before),
      whole_(whole),
      first_per_page_(per_page),
      list_(is_fresh(before) || whole, per_page) {}

void window_fsm::add_page(decode::envelope const& reported, std::vector<row_key> const& keys,
                          std::vector<decode::reject> const& rejects, foreign_rows const& foreign) {
  list_.add_page(reported);
  listed_ += count(reported.listed);
  foreign_ += foreign;
  for (auto const& key : keys) {
    if (keys_.insert(key)) continue;
    if (repeated_.size() < most_repeats) {
      repeated_.push_back(key);
    } else {
      too_many_repeats_ = true;
    }
  }
  for (auto const& reject : rejects) {
    if (!rejects_.insert_or_assign(reject.payload, reject).second) ++repeated_rejects_;
  }
}

std::vector<decode::reject> window_fsm::rejects() const {
  std::vector<decode::reject> result;
  for (auto const& [payload, reject] : rejects_) result.push_back(reject);
  return result;
}

void window_fsm::refuse(row_key const& key, decode::reject const& as) {
  keys_.erase(key);
  // A repeated row is a repeated reject now.
  repeated_rejects_ += static_cast<std::int64_t>(std::erase(repeated_, key));
  rejects_.try_emplace(as.payload, as);
}

bool window_fsm::lists_foreign_rows() const {
  auto const foreign = foreign_.size();
  auto const all = std::max(listed_, list_.reported().total.value_or(0));
  if (foreign > std::max(few_rows, all / part_of_rows)) return true;
  return list_.is_over() && foreign > listed_ - foreign;
}

bool window_fsm::may_decide(sink::figures const& stored) const {
  return list_.is_over() || met() == met_when_judged_ ||
         (!whole_ && prove(list_.reported(), stored, false));
}

// A list known to repeat rows for good, which says what it said when that was proven.
std::optional<sink::proof> window_fsm::known_repeats(sink::figures const& stored,
                                                     bool changed) const {
  auto const& reported = list_.reported();
  bool const is_known = before_.proven_by == sink::proof::walk_and_repeats;
  bool const has_proof = has_sums(reported) && stored.rejects == 0;
  if (!is_known || changed || !has_proof || !says_the_same(before_, reported)) {
    return std::nullopt;
  }
  if (stored.rows != before_.stored.rows || stored.sums != before_.stored.sums) return std::nullopt;
  return sink::proof::walk_and_repeats;
}

verdict window_fsm::judge(sink::figures const& stored, bool changed) {
  outcome_ = {};
  outcome_.api_total = list_.reported().total;
  outcome_.api_sums = list_.reported().measures;
  if (lists_foreign_rows()) {
    bool const by_day = foreign_.other_days > 0;
    return mismatch(
        fmt::format("the API lists other {} rows: {} of {} that it listed, such as {} {}",
                    by_day ? "days'" : "customers'", foreign_.size(), listed_,
                    by_day ? "one of" : "one of customer", foreign_.example));
  }
  // Pages that only repeat what is known: without this a list without an end would be read for
  // ever.
  if (met() == met_when_judged_ && list_.add_no_new_rows()) {
    repeated_.resize(repeated_when_judged_);
  }
  met_when_judged_ = met();
  repeated_when_judged_ = repeated_.size();
  auto const& reported = list_.reported();
  outcome_.walked = list_.state() == list_state::end;
  auto by = prove(reported, stored, false);
  if (!by) by = known_repeats(stored, changed);
  // Pages fetched side by side are answered in any order: while the list moves, a count may agree
  // by chance, with one page's newcomer standing for a row that slipped between two pages. Sums do
  // not.
  bool const by_chance = list_.has_moved() && by == sink::proof::total;
  // A read that changed rows and reached the end anyway can be settled, which proves more.
  if (by && !by_chance && !whole_ && !(list_.is_over() && changed) && !list_.is_capped()) {
    // Sums that are what they were show that the total still counts all.
    bool const is_known =
        before_.proven_by && !changed && has_sums(reported) && says_the_same(before_, reported);
    if (!is_known && list_.look_behind_total()) return verdict::more;
    outcome_.proven_by = by;
    return verdict::proven;
  }
  if (list_.is_capped() && !whole_) {
    // Met without reading on: the rows between are not known.
    whole_ = true;
    start_over();
    return verdict::again;
  }
  if (!list_.is_over()) return verdict::more;
  if (list_.state() == list_state::contradicted || list_.has_moved())
    return retry("the list changed while it was read");
  return verdict::settle;
}

std::int64_t window_fsm::repeats() const { return count(repeated_.size()) + repeated_rejects_; }

std::string window_fsm::repeats_text() const {
  auto keys = repeated_;
  std::ranges::sort(keys);
  std::string text;
  for (auto const& key : keys) text += key;
  return fmt::format("{} {}", repeated_rejects_, text);
}

// What proves a walk of these rows, in whose list some may be counted more than once.
std::optional<sink::proof> window_fsm::prove_walk(sink::figures const& walked,
                                                  sink::figures const& each_time) const {
  auto const& reported = list_.reported();
  if (auto const by = prove(reported, walked, true)) return by;
  auto const all = walked.rows + walked.rejects + repeats();
  if (repeats() == 0 || too_many_repeats_) return std::nullopt;
  if (reported.total && *reported.total != all) return std::nullopt;
  // The summary may count a repeated row once or each time.
  auto once = walked;
  once.rows += repeats();
  auto each = once;
  each.sums = each_time.sums;
  if (!prove(reported, once, true) && !prove(reported, each, true)) return std::nullopt;
  return sink::proof::walk_and_repeats;
}

verdict window_fsm::settle(sink::walk_comparison const& walk, sink::figures const& each_time,
                           std::int64_t stored, shrink_budget& shrinks) {
  auto const& reported = list_.reported();
  auto const& walked = walk.walked;
  auto const listed = walked.rows + walked.rejects;
  auto const met_rows = count(met());
  if (list_.is_capped()) {
    return mismatch(fmt::format(
        "the API counts {} rows and lists more, {} at least: such a total proves nothing",
        reported.total.value_or(0), met_rows));
  }
  auto const by = prove_walk(walked, each_time);
  if (!by) {
    if (listed != met_rows) {
      return retry(
          fmt::format("{} of the {} listed rows are stored under other days, customers or partners",
                      met_rows - listed, met_rows));
    }
    if (reported.total && *reported.total != listed) {
      return retry(fmt::format("the API counts {} rows, {} were listed{}", *reported.total, listed,
                               repeats() > 0 ? fmt::format(", {} of them again", repeats()) : ""));
    }
    return retry(
        reported.total
            ? "as many rows are listed as the API counts, but their sums differ from its summary"
            : "the sums of the listed rows differ from the API's summary");
  }
  if (by == sink::proof::walk_and_repeats) {
    // Rows that slip from page to page while they are read are repeated once; these have to be the
    // same ones in two reads.
    auto const text = repeats_text();
    if (repeats_before_ != text) {
      repeats_before_ = text;
      return retry(fmt::format("the list repeats {} of its rows", repeats()));
    }
  }
  bool const is_confirmed =
      before_.doubted_keys == walk.vanished_keys && before_.doubted_for >= std::chrono::minutes(10);
  if (!shrinks.believes(walk.vanished, stored) && !is_confirmed) {
    outcome_.doubted_total = listed;
    outcome_.doubted_keys = walk.vanished_keys;
    return mismatch(fmt::format(
        "{} of {} stored rows are no longer listed; they stay until another full read, at least 10 "
        "minutes later, misses the same ones",
        walk.vanished, stored));
  }
  outcome_.proven_by = by;
  return verdict::proven;
}

verdict window_fsm::mismatch(std::string error) {
  outcome_.state = sink::window_state::mismatch;
  outcome_.error = std::move(error);
  return verdict::mismatch;
}

verdict window_fsm::retry(std::string doubt) {
  if (reads_ == most_reads) {
    return mismatch(fmt::format("not proven after {} reads: {}", most_reads, doubt));
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
  repeated_.clear();
  repeated_when_judged_ = 0;
  repeated_rejects_ = 0;
  too_many_repeats_ = false;
  foreign_ = {};
  listed_ = 0;
}

}  // namespace vobiz::sync
