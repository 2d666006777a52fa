#include "vobiz/reconcile/store.hpp"

#include "gate.hpp"
#include "vobiz/sink/query.hpp"

namespace vobiz::reconcile {

namespace asio = boost::asio;

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
      if (check == nullptr || check_inputs(transaction, how, partner, day, *check).missing)
        continue;
      past.judgeable.push_back(day);
      break;
    }
  }
  return past;
}

asio::awaitable<nights> load_nights(sink::database& db, config::reconcile const& how,
                                    std::string const& partner, billing_day today) {
  auto job = [&](pqxx::work& transaction) { return load_nights(transaction, how, partner, today); };
  co_return co_await db.run(job);
}

asio::awaitable<run_report> load_report(sink::database& db, std::int64_t run_id, bool with_rows) {
  auto job = [&](pqxx::work& transaction) {
    run_report result;
    result.checks = summarize(transaction, run_id);
    result.breaks = open_breaks(transaction, run_id);
    if (with_rows) result.rows = results(transaction, run_id);
    return result;
  };
  co_return co_await db.run(job);
}

asio::awaitable<std::vector<check_summary>> load_summary(sink::database& db, std::int64_t run_id) {
  auto job = [&](pqxx::work& transaction) { return summarize(transaction, run_id); };
  co_return co_await db.run(job);
}

}  // namespace vobiz::reconcile
