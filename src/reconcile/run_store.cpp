#include "run_store.hpp"

#include <algorithm>
#include <chrono>

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

// Two runs over the same day would each heal what the other has just found.
void keep_others_out(pqxx::transaction_base& transaction, judgement const& which) {
  sink::arguments values;
  values.add(which.partner).add(which.of.name);
  sink::execute(transaction,
                "SELECT pg_advisory_xact_lock(hashtextextended('vobiz-syncd reconcile ' || $1 || "
                "' ' || $2, 0))",
                values);
}

// Records a check that cannot be run on the day.
bool can_run(pqxx::transaction_base& transaction, judgement const& which) {
  if (which.inputs.missing) record_not_run(transaction, which, *which.inputs.missing);
  return !which.inputs.missing;
}

}  // namespace

template <class Job>
asio::awaitable<void> run_store::commit(Job& job) {
  auto fenced = [&](pqxx::work& transaction) {
    // The compiler of expressions takes longer than any of these statements.
    sink::execute(transaction, "SET LOCAL jit = off");
    job(transaction);
    if (what_.lease != nullptr) sink::hold(transaction, *what_.lease);
  };
  co_await db_.run(fenced);
}

asio::awaitable<std::int64_t> run_store::begin() {
  std::int64_t run_id = 0;
  auto job = [&](pqxx::work& transaction) { run_id = begin_run(transaction, what_); };
  co_await commit(job);
  co_return run_id;
}

asio::awaitable<void> run_store::end(std::int64_t run_id) {
  auto job = [&](pqxx::work& transaction) { end_run(transaction, run_id); };
  co_await commit(job);
}

asio::awaitable<std::vector<gate>> run_store::begin_day(config::reconcile const& how,
                                                        billing_day day,
                                                        std::span<check const> checks) {
  std::vector<gate> gates;
  auto job = [&](pqxx::work& transaction) {
    note_units(transaction, what_.partner, how.timezone, day);
    gates = check_inputs(transaction, how, what_.partner, day, checks);
  };
  co_await commit(job);
  co_return gates;
}

asio::awaitable<void> run_store::judge(judgement const& which) {
  auto job = [&](pqxx::work& transaction) {
    keep_others_out(transaction, which);
    if (can_run(transaction, which)) record(transaction, which);
  };
  co_await commit(job);
}

asio::awaitable<void> run_store::judge_together(std::vector<judgement> const& checks) {
  auto job = [&](pqxx::work& transaction) {
    bool judged = false;
    for (auto const& which : checks) {
      keep_others_out(transaction, which);
      if (!can_run(transaction, which)) continue;
      if (!judged) judge_calls(transaction, which);
      judged = true;
      record(transaction, which, calls::judged_before);
    }
  };
  co_await commit(job);
}

asio::awaitable<void> run_store::record_failed(judgement const& which, std::string const& reason) {
  auto job = [&](pqxx::work& transaction) { record_not_run(transaction, which, reason); };
  co_await commit(job);
}

asio::awaitable<std::optional<std::string>> run_store::remark(judgement const& which) {
  std::optional<std::string> text;
  auto job = [&](pqxx::work& transaction) { text = reconcile::remark(transaction, which); };
  co_await commit(job);
  co_return text;
}

asio::awaitable<void> run_store::freeze(judgement const& drift) {
  auto job = [&](pqxx::work& transaction) {
    keep_others_out(transaction, drift);
    reconcile::freeze(transaction, drift);
  };
  co_await commit(job);
}

}  // namespace vobiz::reconcile
