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

// Two runs over the same day would each heal what the other has just found. And the compiler of
// expressions takes longer than any of these statements.
void prepare(pqxx::transaction_base& transaction, std::string const& partner) {
  sink::execute(transaction, "SET LOCAL jit = off");
  sink::arguments values;
  values.add(partner);
  sink::execute(transaction,
                "SELECT pg_advisory_xact_lock(hashtextextended('vobiz-syncd reconcile ' || $1, 0))",
                values);
}

// Records a check that cannot be run on the day. Returns the bounds of the day of one that can.
std::optional<gate> open_gate(pqxx::transaction_base& transaction, judgement const& which) {
  auto inputs = check_inputs(transaction, which.how, which.partner, which.day, which.of);
  if (!inputs.missing) return inputs;
  record_not_run(transaction, which, *inputs.missing);
  return std::nullopt;
}

}  // namespace

template <class Job>
asio::awaitable<void> run_store::commit(Job& job) {
  auto fenced = [&](pqxx::work& transaction) {
    prepare(transaction, what_.partner);
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

asio::awaitable<void> run_store::note_units(std::string const& zone, billing_day day) {
  auto job = [&](pqxx::work& transaction) {
    reconcile::note_units(transaction, what_.partner, zone, day);
  };
  co_await commit(job);
}

asio::awaitable<void> run_store::judge(judgement const& which) {
  auto job = [&](pqxx::work& transaction) {
    auto const inputs = open_gate(transaction, which);
    if (inputs) record(transaction, which, *inputs);
  };
  co_await commit(job);
}

asio::awaitable<void> run_store::judge_side_by_side(std::vector<judgement> const& checks) {
  auto job = [&](pqxx::work& transaction) {
    bool judged = false;
    for (auto const& which : checks) {
      auto const inputs = open_gate(transaction, which);
      if (!inputs) continue;
      if (!judged) judge_calls(transaction, which, *inputs);
      judged = true;
      record(transaction, which, *inputs, calls::judged_before);
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
  auto job = [&](pqxx::work& transaction) { reconcile::freeze(transaction, drift); };
  co_await commit(job);
}

}  // namespace vobiz::reconcile
