#include "vobiz/reconcile/report.hpp"

#include "vobiz/sink/query.hpp"

namespace vobiz::reconcile {

namespace {

pqxx::result of_run(pqxx::transaction_base& transaction, std::int64_t run_id, char const* sql) {
  sink::arguments values;
  values.add(run_id);
  return sink::execute(transaction, sql, values);
}

}  // namespace

std::vector<check_summary> summarize(pqxx::transaction_base& transaction, std::int64_t run_id) {
  std::vector<check_summary> list;
  for (auto const& row : of_run(transaction, run_id, R"(
WITH r AS MATERIALIZED (SELECT * FROM vobiz.reconciliation_results WHERE run_id = $1::bigint),
differences AS (
  SELECT check_name, string_agg(trim_scale(difference) || ' ' || currency, ', ' ORDER BY currency) AS text
  FROM (SELECT check_name, currency, sum(difference) AS difference FROM r WHERE difference IS NOT NULL GROUP BY 1, 2) d
  GROUP BY check_name)
SELECT r.check_name,
  CASE WHEN bool_or(status = 'break') THEN 'break' WHEN bool_or(status = 'not_run') THEN 'not_run'
    WHEN bool_or(status = 'inconclusive') THEN 'inconclusive' ELSE 'ok' END,
  count(DISTINCT billing_day), count(DISTINCT billing_day) FILTER (WHERE status IN ('not_run', 'inconclusive')),
  sum(rows)::bigint, count(DISTINCT account_id) FILTER (WHERE account_id <> '*'), sum(breaks)::bigint,
  coalesce((SELECT d.text FROM differences d WHERE d.check_name = r.check_name), ''),
  (array_agg(reason ORDER BY billing_day DESC, account_id) FILTER (WHERE status IN ('not_run', 'inconclusive')))[1]
FROM r GROUP BY r.check_name)")) {
    list.push_back({row[0].c_str(), row[1].c_str(), row[2].as<std::int64_t>(),
                    row[3].as<std::int64_t>(), row[4].as<std::int64_t>(), row[5].as<std::int64_t>(),
                    row[6].as<std::int64_t>(), row[7].c_str(), sink::text_of(row[8])});
  }
  return list;
}

std::vector<found_break> open_breaks(pqxx::transaction_base& transaction, std::int64_t run_id) {
  std::vector<found_break> list;
  for (auto const& row : of_run(transaction, run_id, R"(
SELECT id, billing_day, check_name, kind, row_key, account_id, currency, trim_scale(expected), trim_scale(actual),
  trim_scale(difference), reason, to_char(first_seen_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
  state, ticket
FROM vobiz.reconciliation_breaks WHERE last_run_id = $1::bigint AND state IN ('open', 'disputed')
ORDER BY billing_day, check_name, account_id, id)")) {
    list.push_back({row[0].as<std::int64_t>(), row[1].c_str(), row[2].c_str(), row[3].c_str(),
                    row[4].c_str(), row[5].c_str(), row[6].c_str(), sink::text_of(row[7]),
                    sink::text_of(row[8]), sink::text_of(row[9]), sink::text_of(row[10]),
                    row[11].c_str(), row[12].c_str(), sink::text_of(row[13])});
  }
  return list;
}

std::vector<result_row> results(pqxx::transaction_base& transaction, std::int64_t run_id) {
  std::vector<result_row> list;
  for (auto const& row : of_run(transaction, run_id, R"(
SELECT billing_day, check_name, account_id, currency, status, trim_scale(expected), trim_scale(actual),
  trim_scale(difference), trim_scale(tolerance), rows, breaks, reason
FROM vobiz.reconciliation_results WHERE run_id = $1::bigint
ORDER BY billing_day, check_name, account_id, currency)")) {
    list.push_back({row[0].c_str(), row[1].c_str(), row[2].c_str(), row[3].c_str(), row[4].c_str(),
                    sink::text_of(row[5]), sink::text_of(row[6]), sink::text_of(row[7]),
                    sink::text_of(row[8]), row[9].as<std::int64_t>(), row[10].as<std::int64_t>(),
                    sink::text_of(row[11])});
  }
  return list;
}

}  // namespace vobiz::reconcile
