#include "vobiz/reconcile/run.hpp"

#include <spdlog/spdlog.h>

#include "run_store.hpp"
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

// The checks that ask for each call of a day, side by side in one transaction: the calls are judged
// once for all of them. False when the database refuses one of them: nothing is stored then, and
// each has to run by itself.
asio::awaitable<bool> run_call_checks(run_store& store, std::vector<judgement> const& checks) {
  try {
    co_await store.judge_side_by_side(checks);
  } catch (core::failure const& failure) {
    if (ends_run(failure)) throw;
    co_return false;
  }
  co_return true;
}

asio::awaitable<void> run_day(run_store& store, run_request const& what,
                              config::reconcile const& how, billing_day day, run_outcome& outcome) {
  co_await store.note_units(how.timezone, day);
  auto const& rollups = *find_check("rollups");
  if (what.only == nullptr || what.only == &rollups) {
    judgement const first{outcome.run_id, what.partner, day, rollups, how};
    co_await mend_rollups(store, first, outcome.errors);
  }
  std::vector<judgement> of_calls;
  for (auto const& check : all_checks()) {
    if (asks_for_calls(check)) of_calls.push_back({outcome.run_id, what.partner, day, check, how});
  }
  bool calls_done = false;
  if (what.only == nullptr) calls_done = co_await run_call_checks(store, of_calls);
  // It leaves to the other checks what they report, so it comes after them.
  auto const& drift = *find_check("closed_day_drift");
  for (auto const& check : all_checks()) {
    if (&check == &rollups) continue;
    if (what.only != nullptr ? what.only != &check : &check == &drift) continue;
    if (calls_done && asks_for_calls(check)) continue;
    judgement const which{outcome.run_id, what.partner, day, check, how};
    co_await run_check(store, which, outcome.errors);
  }
  if (what.only != nullptr) co_return;
  judgement const last{outcome.run_id, what.partner, day, drift, how};
  co_await run_check(store, last, outcome.errors);
}

}  // namespace

asio::awaitable<run_outcome> run_checks(sink::database& db, config::reconcile const& how,
                                        run_request const& what) {
  run_store store(db, what);
  run_outcome outcome;
  outcome.run_id = co_await store.begin();
  for (auto const day : what.days) {
    co_await run_day(store, what, how, day, outcome);
    // Only a run of all checks can say that nothing is wrong with a day.
    if (what.only == nullptr) {
      judgement const drift{outcome.run_id, what.partner, day, *find_check("closed_day_drift"),
                            how};
      co_await store.freeze(drift);
    }
    if (what.day_done) what.day_done();
  }
  co_await store.end(outcome.run_id);
  co_return outcome;
}

}  // namespace vobiz::reconcile
