#include "vobiz/reconcile/run.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "gate.hpp"
#include "record.hpp"
#include "vobiz/core/failure.hpp"
#include "vobiz/sink/query.hpp"

namespace vobiz::reconcile {

namespace asio = boost::asio;

namespace {

std::int64_t microseconds_of(core::utc_time time) {
  return std::chrono::duration_cast<std::chrono::microseconds>(time.time_since_epoch()).count();
}

std::int64_t begin_run(pqxx::transaction_base& transaction, run_request const& what) {
  auto const [first, last] = std::ranges::minmax(what.days);
  sink::arguments values;
  values.add(what.partner).add(what.due ? "nightly" : "reconcile");
  values.add(what.due ? std::optional(microseconds_of(*what.due)) : std::nullopt);
  values.add(to_text(first)).add(to_text(last));
  return sink::execute(transaction, R"(
INSERT INTO vobiz.reconciliation_runs (partner_id, command, due_at, first_day, last_day)
VALUES ($1, $2, timestamptz 'epoch' + $3::bigint * interval '1 microsecond', $4::date, $5::date)
RETURNING id)",
                       values)[0][0]
      .as<std::int64_t>();
}

void end_run(pqxx::transaction_base& transaction, std::int64_t run_id) {
  sink::arguments values;
  values.add(run_id);
  sink::execute(
      transaction,
      "UPDATE vobiz.reconciliation_runs SET finished_at = clock_timestamp() WHERE id = $1::bigint",
      values);
}

// Two runs over one day would heal each other's breaks, so lock it. JIT compilation would take
// longer than any of these statements.
void prepare(pqxx::transaction_base& transaction, std::string const& partner) {
  sink::execute(transaction, "SET LOCAL jit = off");
  sink::arguments values;
  values.add(partner);
  sink::execute(transaction,
                "SELECT pg_advisory_xact_lock(hashtextextended('vobiz-syncd reconcile ' || $1, 0))",
                values);
}

void judge(pqxx::transaction_base& transaction, judgement const& what) {
  auto const inputs = look_at_inputs(transaction, what.how, what.partner, what.day, what.of);
  if (inputs.missing) {
    record_not_run(transaction, what, *inputs.missing);
  } else {
    record(transaction, what, inputs);
  }
}

// A transaction of a run. It commits only while the lease, if any, is ours.
template <class Body>
asio::awaitable<void> commit(sink::database& db, run_request const& what, Body& body) {
  auto job = [&](pqxx::work& transaction) {
    prepare(transaction, what.partner);
    body(transaction);
    if (what.lease != nullptr) sink::hold(transaction, *what.lease);
  };
  co_await db.run(job);
}

asio::awaitable<void> run_check(sink::database& db, run_request const& what, judgement const& which,
                                std::vector<std::string>& errors) {
  std::optional<core::failure> refused;
  auto body = [&](pqxx::work& transaction) { judge(transaction, which); };
  try {
    co_await commit(db, what, body);
  } catch (core::failure const& failure) {
    // A transient failure is not the check's fault: the whole run is retried.
    if (failure.what_helps() == core::remedy::retry) throw;
    refused = failure;
  }
  if (!refused) co_return;
  auto const message =
      "check \"" + which.of.name + "\" of " + to_text(which.day) + " fails: " + refused->what();
  errors.push_back(message);
  spdlog::error("{}", message);
  auto note = [&](pqxx::work& transaction) { record_not_run(transaction, which, message); };
  co_await commit(db, what, note);
}

// Runs the checks of each call in one transaction, so that calls are classified once. If the
// database refuses one, nothing is stored and it returns false; each check must then run alone.
asio::awaitable<bool> run_call_checks(sink::database& db, run_request const& what,
                                      std::vector<judgement> const& checks) {
  auto body = [&](pqxx::work& transaction) {
    bool judged = false;
    for (auto const& which : checks) {
      auto const inputs =
          look_at_inputs(transaction, which.how, which.partner, which.day, which.of);
      if (inputs.missing) {
        record_not_run(transaction, which, *inputs.missing);
        continue;
      }
      if (!judged) judge_calls(transaction, which, inputs);
      judged = true;
      record(transaction, which, inputs, calls::judged_before);
    }
  };
  try {
    co_await commit(db, what, body);
  } catch (core::failure const& failure) {
    if (failure.what_helps() == core::remedy::retry) throw;
    co_return false;
  }
  co_return true;
}

asio::awaitable<void> run_day(sink::database& db, run_request const& what,
                              config::reconcile const& how, billing_day day, run_outcome& outcome) {
  std::vector<judgement> of_calls;
  for (auto const& check : all_checks()) {
    if (asks_for_calls(check)) of_calls.push_back({outcome.run_id, what.partner, day, check, how});
  }
  bool calls_done = false;
  if (what.only == nullptr) calls_done = co_await run_call_checks(db, what, of_calls);
  for (auto const& check : all_checks()) {
    if (what.only != nullptr && what.only != &check) continue;
    if (calls_done && asks_for_calls(check)) continue;
    judgement const which{outcome.run_id, what.partner, day, check, how};
    co_await run_check(db, what, which, outcome.errors);
  }
}

}  // namespace

asio::awaitable<run_outcome> run_checks(sink::database& db, config::reconcile const& how,
                                        run_request const& what) {
  run_outcome outcome;
  auto begin = [&](pqxx::work& transaction) { outcome.run_id = begin_run(transaction, what); };
  co_await commit(db, what, begin);
  for (auto const day : what.days) {
    co_await run_day(db, what, how, day, outcome);
    // Only a run of all checks can close a day.
    if (what.only != nullptr) continue;
    judgement const drift{outcome.run_id, what.partner, day, *find_check("closed_day_drift"), how};
    auto close = [&](pqxx::work& transaction) { freeze(transaction, drift); };
    co_await commit(db, what, close);
  }
  auto end = [&](pqxx::work& transaction) { end_run(transaction, outcome.run_id); };
  co_await commit(db, what, end);
  co_return outcome;
}

nights load_nights(pqxx::transaction_base& transaction, config::reconcile const& how,
                   std::string const& partner, billing_day today) {
  nights past;
  sink::arguments values;
  values.add(partner).add(how.timezone);
  auto const row = sink::execute(transaction, R"(
SELECT extract(epoch FROM max(due_at))::bigint, (max(due_at) FILTER (WHERE last_day - first_day >= 34) AT TIME ZONE $2)::date
FROM vobiz.reconciliation_runs WHERE partner_id = $1 AND finished_at IS NOT NULL AND due_at IS NOT NULL)",
                                 values)[0];
  if (!row[0].is_null())
    past.last_due = core::utc_time(std::chrono::seconds(row[0].as<std::int64_t>()));
  if (!row[1].is_null()) past.last_long = billing_day_from_text(row[1].c_str());
  for (int back = 8; back >= 1; --back) {
    auto const day = today - std::chrono::days(back);
    sink::arguments of_day;
    of_day.add(partner).add(to_text(day));
    for (auto const& missed : sink::execute(transaction, R"(
SELECT DISTINCT check_name FROM vobiz_bi.reconciliation_summary
WHERE partner_id = $1 AND billing_day = $2::date AND status = 'not_run')",
                                            of_day)) {
      auto const* check = find_check(missed[0].c_str());
      if (check == nullptr || look_at_inputs(transaction, how, partner, day, *check).missing)
        continue;
      past.judgeable.push_back(day);
      break;
    }
  }
  return past;
}

}  // namespace vobiz::reconcile
