#include "record.hpp"

#include <string_view>

#include "vobiz/sink/query.hpp"

namespace vobiz::reconcile {

namespace {

// All checks return the columns that `breaks` and `judged` below read. A row with a kind is a
// break; a row without one has the totals of an account.
constexpr char const* before_check = R"(
WITH given AS (
  SELECT $1::text AS partner_id, $2::date AS billing_day, $3::timestamptz AS from_at, $4::timestamptz AS to_at,
    $5::text AS zone, $6::interval AS settle, $7::numeric AS cap, $8::bigint AS run_id, $9::text AS check_name,
    $10::integer AS rule_version, $11::timestamptz AS oldest, $12::timestamptz AS newest),
found AS MATERIALIZED ()";

constexpr char const* after_check = R"(),
seen AS MATERIALIZED (
  SELECT DISTINCT ON (account_id, currency, kind, row_key) account_id, currency, kind, row_key, expected::numeric,
    actual::numeric, actual::numeric - expected::numeric AS difference, tolerance::numeric, reason
  FROM found WHERE kind IS NOT NULL ORDER BY account_id, currency, kind, row_key),
known AS MATERIALIZED (
  SELECT b.* FROM vobiz.reconciliation_breaks b JOIN given g USING (partner_id, billing_day, check_name)),
judged AS MATERIALIZED (
  SELECT account_id, currency, sum(expected) AS expected, sum(actual) AS actual, max(tolerance) AS tolerance,
    coalesce(sum(rows), 0) AS rows, coalesce(bool_or(inconclusive), false) AS inconclusive,
    string_agg(DISTINCT reason, '; ') AS reason
  FROM (
    SELECT account_id, currency, expected::numeric, actual::numeric, tolerance::numeric, rows, inconclusive, reason
    FROM found WHERE kind IS NULL
    UNION ALL SELECT account_id, currency, NULL, NULL, NULL, 0, false, NULL FROM seen) r
  GROUP BY account_id, currency),
-- What is not found any more only because its tolerance has grown stays: unless the call or an entry of it has changed
-- since, or the sums agree as closely as they had to then.
held AS MATERIALIZED (
  SELECT k.account_id, k.currency, k.kind, k.row_key, k.expected, k.actual, k.difference, k.tolerance, k.reason
  FROM known k JOIN judged j USING (account_id, currency)
  WHERE k.state <> 'healed' AND NOT j.inconclusive AND j.tolerance > k.tolerance
    AND abs(k.difference) > k.tolerance AND abs(k.difference) <= j.tolerance
    AND ((k.account_id, k.currency, k.kind, k.row_key) IN (SELECT account_id, currency, kind, row_key FROM seen))
      IS NOT TRUE
    AND abs(j.actual - j.expected) > k.tolerance
    AND NOT vobiz.has_call_changed(k.row_key, k.last_seen_at)),
breaks AS MATERIALIZED (
  SELECT * FROM seen UNION ALL SELECT * FROM held),
units AS MATERIALIZED (
  SELECT c.currency, CASE WHEN c.currency <> '*' THEN vobiz.minor_unit(g.partner_id, c.currency) END AS unit
  FROM (SELECT DISTINCT currency FROM judged) c CROSS JOIN given g),
-- The planner expects few breaks and would choose a nested loop; IN inside an expression forces a hash. No amount is
-- NaN, so it can stand for NULL.
accepted AS (
  SELECT b.account_id, b.currency, count(*) AS breaks
  FROM breaks b
  WHERE ((b.account_id, b.currency, b.kind, b.row_key, coalesce(b.expected, 'NaN'), coalesce(b.actual, 'NaN')) IN (
    SELECT k.account_id, k.currency, k.kind, k.row_key, coalesce(k.expected, 'NaN'), coalesce(k.actual, 'NaN')
    FROM known k WHERE k.state = 'accepted')) IS TRUE
  GROUP BY b.account_id, b.currency),
counted AS (
  SELECT j.*, coalesce(f.breaks, 0) AS found_breaks, coalesce(a.breaks, 0) AS accepted_breaks
  FROM judged j
  LEFT JOIN (SELECT account_id, currency, count(*) AS breaks FROM breaks GROUP BY 1, 2) f USING (account_id, currency)
  LEFT JOIN accepted a USING (account_id, currency)
  UNION ALL
  SELECT '*', '*', NULL, NULL, NULL, 0, false, 'no rows to check', 0, 0 WHERE NOT EXISTS (SELECT FROM judged)),
results AS (
  INSERT INTO vobiz.reconciliation_results (run_id, partner_id, billing_day, check_name, account_id, currency, status,
    reason, expected, actual, difference, tolerance, minor_unit, rows, breaks, proven_oldest, proven_newest,
    rule_version)
  SELECT g.run_id, g.partner_id, g.billing_day, g.check_name, c.account_id, c.currency,
    CASE WHEN c.found_breaks > c.accepted_breaks THEN 'break' WHEN c.inconclusive THEN 'inconclusive' ELSE 'ok' END,
    nullif(concat_ws('; ', c.reason, CASE WHEN c.accepted_breaks > 0 THEN c.accepted_breaks || ' accepted' END), ''),
    c.expected, c.actual, c.actual - c.expected, c.tolerance, u.unit, c.rows, c.found_breaks - c.accepted_breaks,
    g.oldest, g.newest, g.rule_version
  FROM counted c CROSS JOIN given g LEFT JOIN units u USING (currency)),
healed AS (
  UPDATE vobiz.reconciliation_breaks b SET state = 'healed', healed_at = now(),
    history = b.history || jsonb_build_object('at', now(), 'state', 'healed')
  FROM given g
  WHERE (b.partner_id, b.billing_day, b.check_name) = (g.partner_id, g.billing_day, g.check_name) AND b.state <> 'healed'
    AND ((b.account_id, b.currency, b.kind, b.row_key) IN (SELECT account_id, currency, kind, row_key FROM breaks)) IS NOT TRUE
    -- What could not be judged this time cannot have healed.
    AND NOT EXISTS (SELECT FROM judged j WHERE j.inconclusive AND j.account_id IN (b.account_id, '*')))
INSERT INTO vobiz.reconciliation_breaks AS b (partner_id, billing_day, check_name, account_id, currency, kind, row_key,
  expected, actual, difference, tolerance, minor_unit, reason, last_run_id, rule_version, history)
SELECT g.partner_id, g.billing_day, g.check_name, f.account_id, f.currency, f.kind, f.row_key, f.expected, f.actual,
  f.difference, f.tolerance, u.unit, f.reason, g.run_id, g.rule_version,
  jsonb_build_array(jsonb_build_object('at', now(), 'state', 'open', 'expected', f.expected, 'actual', f.actual))
FROM breaks f CROSS JOIN given g LEFT JOIN units u USING (currency)
ON CONFLICT (partner_id, billing_day, check_name, account_id, currency, kind, row_key) DO UPDATE SET
  -- A dispute goes on, whatever the amounts; nobody has accepted other ones.
  state = CASE WHEN b.state = 'disputed' THEN b.state
    WHEN b.state = 'accepted' AND (b.expected, b.actual) IS NOT DISTINCT FROM (excluded.expected, excluded.actual)
    THEN b.state ELSE 'open' END,
  expected = excluded.expected, actual = excluded.actual, difference = excluded.difference,
  tolerance = excluded.tolerance, minor_unit = excluded.minor_unit, reason = excluded.reason, healed_at = NULL, last_seen_at = now(),
  last_run_id = excluded.last_run_id, rule_version = excluded.rule_version,
  history = CASE WHEN b.state <> 'healed' AND (b.expected, b.actual) IS NOT DISTINCT FROM (excluded.expected, excluded.actual)
    THEN b.history
    ELSE b.history || (excluded.history -> 0 || CASE WHEN b.state = 'disputed'
      THEN jsonb_build_object('state', b.state) ELSE '{}' END) END)";

// One function that classifies each call, so that a check's file also runs in psql.
constexpr std::string_view judged_calls =
    "vobiz.judged_calls($1, $3::timestamptz, $4::timestamptz, $6::interval)";

sink::arguments identity(judgement const& what) {
  sink::arguments values;
  values.add(what.partner).add(to_text(what.day));
  return values;
}

}  // namespace

bool asks_for_calls(check const& of) { return of.sql.find(judged_calls) != std::string::npos; }

void note_units(pqxx::transaction_base& transaction, std::string const& partner,
                std::string const& zone, billing_day day) {
  sink::arguments values;
  values.add(partner).add(to_text(day)).add(zone);
  sink::execute(transaction,
                "SELECT vobiz.note_minor_units($1, $2::date::timestamp AT TIME ZONE $3, "
                "($2::date + 1)::timestamp AT TIME ZONE $3)",
                values);
}

void judge_calls(pqxx::transaction_base& transaction, judgement const& what) {
  sink::execute(
      transaction,
      "CREATE TEMPORARY TABLE judged_calls ON COMMIT DROP AS SELECT * FROM vobiz.judged_calls("
      "NULL, NULL, NULL, NULL) WITH NO DATA");
  sink::arguments values;
  values.add(what.partner)
      .add(what.inputs.from)
      .add(what.inputs.to)
      .add(std::to_string(what.how.settle.count()) + " seconds");
  sink::execute(
      transaction,
      "INSERT INTO pg_temp.judged_calls SELECT * FROM vobiz.judged_calls($1, $2::timestamptz, "
      "$3::timestamptz, $4::interval)",
      values);
}

void record(pqxx::transaction_base& transaction, judgement const& what, calls from) {
  auto values = identity(what);
  values.add(what.inputs.from).add(what.inputs.to).add(what.how.timezone);
  values.add(std::to_string(what.how.settle.count()) + " seconds").add(what.how.usage_cap);
  values.add(what.run_id).add(what.of.name).add(std::int64_t(what.of.version));
  values.add(what.inputs.proven_oldest).add(what.inputs.proven_newest);
  auto sql = what.of.sql;
  if (auto const at = sql.find(judged_calls);
      from == calls::judged_before && at != std::string::npos) {
    sql.replace(at, judged_calls.size(), "pg_temp.judged_calls");
  }
  sink::execute(transaction, before_check + sql + after_check, values);
}

void record_not_run(pqxx::transaction_base& transaction, judgement const& what,
                    std::string const& reason) {
  auto values = identity(what);
  values.add(what.of.name).add(what.run_id).add(reason).add(std::int64_t(what.of.version));
  sink::execute(transaction, R"(
INSERT INTO vobiz.reconciliation_results (partner_id, billing_day, check_name, run_id, account_id, currency, status, reason,
  rows, rule_version)
VALUES ($1, $2::date, $3, $4::bigint, '*', '*', 'not_run', $5, 0, $6::integer))",
                values);
}

std::optional<std::string> remark(pqxx::transaction_base& transaction, judgement const& what) {
  auto values = identity(what);
  values.add(what.of.name).add(what.run_id);
  auto const found = sink::execute(transaction, R"(
SELECT reason FROM vobiz.reconciliation_results
WHERE (partner_id, billing_day, check_name, run_id) = ($1, $2::date, $3, $4::bigint)
  AND (account_id, currency, status) = ('*', '*', 'ok'))",
                                   values);
  return found.empty() ? std::nullopt : sink::text_of(found[0][0]);
}

void freeze(pqxx::transaction_base& transaction, judgement const& what) {
  auto values = identity(what);
  values.add(what.how.timezone).add(what.run_id).add(what.of.name);
  sink::execute(transaction, R"(
WITH closed AS MATERIALIZED (
  SELECT $2::date::timestamp AT TIME ZONE $3 AS from_at, ($2::date + 1)::timestamp AT TIME ZONE $3 AS to_at
  WHERE EXISTS (SELECT FROM vobiz.reconciliation_results r
      WHERE (r.partner_id, r.billing_day, r.check_name, r.run_id) = ($1, $2::date, $5, $4::bigint) AND r.status = 'ok')
    AND NOT EXISTS (SELECT FROM vobiz.reconciliation_breaks b
      WHERE (b.partner_id, b.billing_day) = ($1, $2::date) AND b.state IN ('open', 'disputed')
        AND vobiz.is_material(b.currency, vobiz.break_amount(b.check_name, b.kind, b.currency, b.difference)))
    AND NOT EXISTS (SELECT FROM vobiz.reconciliation_frozen f WHERE (f.partner_id, f.billing_day) = ($1, $2::date))),
rows AS (
  SELECT t.* FROM closed c CROSS JOIN LATERAL vobiz.day_totals($1, c.from_at, c.to_at) t)
INSERT INTO vobiz.reconciliation_frozen (partner_id, billing_day, account_id, currency, calls, billsec, total_cost, debits,
  credits)
SELECT $1, $2::date, r.account_id, r.currency, r.calls, r.billsec, r.total_cost, r.debits, r.credits FROM rows r
UNION ALL
SELECT $1, $2::date, '*', '*', 0, 0, 0, 0, 0 FROM closed)",
                values);
}

}  // namespace vobiz::reconcile
