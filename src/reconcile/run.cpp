#include "vobiz/reconcile/run.hpp"

#include <spdlog/spdlog.h>

#include "run_store.hpp"
#include "vobiz/async/side_by_side.hpp"
#include "vobiz/core/failure.hpp"

namespace vobiz::reconcile {

namespace asio = boost::asio;

namespace {

bool ends_run(core::failure const& why) {
  return why.what_helps() == core::remedy::retry || core::is_other_schema(why);
}

asio::awaitable<void> run_check(run_store& store, judgement const& which,
                                std::vector<std::string>& errors) {
  std::optional<core::failure> refused;
  try {
    co_await store.judge(which);
  } catch (core::failure const& failure) {
    // A transient failure or another schema is not the check's fault: the whole run ends.
    if (ends_run(failure)) throw;
    refused = failure;
  }
  if (!refused) co_return;
  auto const message =
      "check \"" + which.of.name + "\" of " + to_text(which.day) + " fails: " + refused->what();
  errors.push_back(message);
  spdlog::error("{}", message);
  co_await store.record_failed(which, message);
}

// Rollups that are not what their rows add up to are made again by their check, before views and
// statements of the day are relied on.
asio::awaitable<void> mend_rollups(run_store& store, judgement const& which,
                                   std::vector<std::string>& errors) {
  co_await run_check(store, which, errors);
  auto const mended = co_await store.remark(which);
  if (!mended) co_return;
  spdlog::warn(
      "{}: {}; views and statements showed other sums until now, as calls or entries were changed "
      "outside the service",
      to_text(which.day), *mended);
}

// The checks that ask for each call of a day, in one transaction: the calls are judged once for all
// of them. False when the database refuses one of them: nothing is stored then, and each has to run
// by itself.
asio::awaitable<bool> run_together(run_store& store, std::vector<judgement> const& checks) {
  try {
    co_await store.judge_together(checks);
  } catch (core::failure const& failure) {
    if (ends_run(failure)) throw;
    co_return false;
  }
  co_return true;
}

// Other checks, views and statements may rely on the sums that it makes again.
bool comes_first(check const& of) { return of.name == "rollups"; }

// closed_day_drift leaves to the other checks what they report, so it comes after them.
bool comes_last(check const& of) { return of.name == "closed_day_drift"; }

asio::awaitable<void> run_day(run_store& store, run_request const& what,
                              config::reconcile const& how, billing_day day, run_outcome& outcome) {
  auto const checks = what.only != nullptr ? std::span(what.only, 1) : all_checks();
  auto const gates = co_await store.begin_day(how, day, checks);
  std::vector<judgement> first;
  // The calls first, which take longest.
  std::vector<std::vector<judgement>> jobs(1);
  std::vector<judgement> last;
  for (std::size_t at = 0; at < checks.size(); ++at) {
    judgement const which{outcome.run_id, what.partner, day, checks[at], how, gates[at]};
    if (comes_first(which.of)) {
      first.push_back(which);
    } else if (comes_last(which.of)) {
      last.push_back(which);
    } else if (asks_for_calls(which.of)) {
      jobs.front().push_back(which);
    } else {
      jobs.push_back({which});
    }
  }
  auto const work = [&](std::vector<judgement> const& job) -> asio::awaitable<void> {
    if (job.size() > 1 && co_await run_together(store, job)) co_return;
    for (auto const& which : job) co_await run_check(store, which, outcome.errors);
  };
  for (auto const& which : first) co_await mend_rollups(store, which, outcome.errors);
  auto const to_the_end = [](std::size_t) { return true; };
  co_await async::side_by_side(jobs, what.lanes, to_the_end, work);
  for (auto const& which : last) co_await run_check(store, which, outcome.errors);
  // Only a run of all checks can say that nothing is wrong with a day.
  if (what.only != nullptr) co_return;
  // Nor can one during which the day was read again: its checks may have seen different rows.
  auto const now = co_await store.begin_day(how, day, checks);
  if (now == gates) co_await store.freeze(last.front());
}

}  // namespace

asio::awaitable<run_outcome> run_checks(sink::database& db, config::reconcile const& how,
                                        run_request const& what) {
  run_store store(db, what);
  run_outcome outcome;
  outcome.run_id = co_await store.begin();
  for (auto const day : what.days) {
    co_await run_day(store, what, how, day, outcome);
    if (what.day_done) what.day_done();
  }
  co_await store.end(outcome.run_id);
  co_return outcome;
}

}  // namespace vobiz::reconcile
