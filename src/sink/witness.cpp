#include "vobiz/sink/witness.hpp"

#include <spdlog/fmt/fmt.h>

#include "vobiz/sink/query.hpp"
#include "vobiz/sink/sql_text.hpp"
#include "window_sql.hpp"

namespace vobiz::sink {

namespace {

using std::chrono::milliseconds;

constexpr char const* own_by_utc_day = R"(
  SELECT w.day,
    CASE WHEN w.by_list THEN w.global_rows ELSE w.rows END AS rows,
    CASE WHEN w.by_list THEN w.global_sum ELSE w.sum END AS sum
  FROM held w)";

// A billing day is made of the windows of its own day and of both beside it.
constexpr char const* own_by_billing_day = R"(
  SELECT u.day, sum(u.{own_rows})::bigint AS rows, sum(u.{own_sum}) AS sum FROM vobiz.{own_table} u
  WHERE u.partner_id = :partner AND u.day BETWEEN :first::date AND :last::date GROUP BY u.day)";

constexpr char const* proven_by_utc_day = "h.is_proven";

constexpr char const* proven_by_billing_day =
    "(SELECT count(*) = 3 AND bool_and(b.is_proven) FROM held b WHERE b.day BETWEEN d.day - 1 AND "
    "d.day + 1)";

void fill_own(query& sql, streams::day_totals const& from, day_basis by) {
  bool const utc = by == day_basis::utc;
  sql.with("own", utc ? own_by_utc_day : own_by_billing_day);
  sql.with("is_proven", utc ? proven_by_utc_day : proven_by_billing_day);
  if (utc) return;
  sql.with("own_table", identifier(from.own_table))
      .with("own_rows", identifier(from.own_rows))
      .with("own_sum", identifier(from.own_sum));
}

}  // namespace

std::string_view to_text(day_basis by) { return by == day_basis::utc ? "utc" : "billing"; }

witness_facts load_witness(pqxx::transaction_base& transaction, streams::stream const& stream,
                           std::string const& partner, core::utc_day first, core::utc_day last,
                           day_basis by) {
  auto const& from = *stream.vouched_by;
  auto standing = stream_query(R"(
SELECT (SELECT {read} FROM vobiz_sync.streams s
    WHERE (s.partner_id, s.stream) = (:partner, :totals_stream)) AS read,
  (SELECT {read} FROM vobiz_sync.streams s
    WHERE (s.partner_id, s.stream) = (:partner, :customers)) AS customers_read,
  {open_agreed} AS open_agreed, {search} AS search,
  coalesce(w.vouches, false) AS vouches, w.counts_by, coalesce(w.reason, '') AS reason
FROM (VALUES (1)) one LEFT JOIN vobiz_sync.witnesses w ON (w.partner_id, w.stream) = (:partner, :stream))",
                               partner, stream.name);
  standing.with("read", age_sql("least(s.last_attempt_at, s.last_success_at)"))
      .with("open_agreed", age_sql("w.open_agreed_at"))
      .with("search", age_sql("w.search_at"));
  standing.set("totals_stream", from.stream).set("customers", streams::customers().name);
  auto const row = execute(transaction, standing)[0];
  witness_facts facts;
  facts.read = age_from(row["read"]);
  facts.customers_read = age_from(row["customers_read"]);
  facts.open_agreed = age_from(row["open_agreed"]);
  facts.search = age_from(row["search"]);
  facts.before.vouches = row["vouches"].as<bool>();
  facts.before.reason = row["reason"].c_str();
  if (!row["counts_by"].is_null()) {
    bool const utc = std::string_view(row["counts_by"].c_str()) == to_text(day_basis::utc);
    facts.before.counts_by = utc ? day_basis::utc : day_basis::billing;
  }

  // The answer covers the period that it names, or else the current month.
  auto days = stream_query(R"(
WITH period AS (
  SELECT coalesce((SELECT CASE WHEN s.{period} ~ '^\d{4}-\d\d-\d\d' THEN left(s.{period}, 10)::date END
      FROM vobiz.{periods} s WHERE s.partner_id = :partner ORDER BY s.captured_at DESC LIMIT 1),
    date_trunc('month', now() AT TIME ZONE 'UTC')::date) AS first),
held AS (
  SELECT day, coalesce(bool_or(scope = '*' AND state = 'proven'), false) AS by_list,
    -- A day without a customer's window is not read yet, whatever stands in the queue for it.
    coalesce(bool_or(scope = '*' AND state = 'proven')
      OR bool_and(state = 'proven') FILTER (WHERE scope <> '*' AND NOT set_aside), false) AS is_proven,
    coalesce(sum(rows + rejects) FILTER (WHERE scope = '*'), 0)::bigint AS global_rows,
    coalesce(sum({sum_of_window}) FILTER (WHERE scope = '*'), 0) AS global_sum,
    coalesce(sum(rows + rejects) FILTER (WHERE scope <> '*'), 0)::bigint AS rows,
    coalesce(sum({sum_of_window}) FILTER (WHERE scope <> '*'), 0) AS sum
  FROM vobiz_sync.windows
  WHERE (partner_id, stream) = (:partner, :stream) AND day BETWEEN :first::date - 1 AND :last::date + 1
  GROUP BY day),
own AS ({own})
SELECT d.day, d.day >= p.first AS is_current, coalesce({is_proven}, false) AS is_proven, t.rows, t.sum,
  coalesce(o.rows, 0) AS own_rows, coalesce(o.sum, 0) AS own_sum,
  CASE WHEN t.rows IS NULL OR t.sum IS NULL THEN coalesce(o.rows, 0) = 0
    ELSE t.rows = coalesce(o.rows, 0) AND t.sum = coalesce(o.sum, 0) END AS agrees,
  w.searched_at IS NOT NULL AS searched
FROM (SELECT day::date FROM generate_series(:first::date, :last::date, interval '1 day') AS day) d
CROSS JOIN period p
LEFT JOIN held h ON h.day = d.day
LEFT JOIN own o ON o.day = d.day
LEFT JOIN (SELECT day, {rows_column} AS rows, {sum_column} AS sum FROM vobiz.{totals} WHERE partner_id = :partner) t
  ON t.day = d.day
LEFT JOIN vobiz_sync.witness_days w ON (w.partner_id, w.stream, w.day) = (:partner, :stream, d.day)
  AND w.rows IS NOT DISTINCT FROM t.rows AND w.sum IS NOT DISTINCT FROM t.sum
  AND w.own_rows = coalesce(o.rows, 0) AND w.own_sum = coalesce(o.sum, 0)
ORDER BY d.day)",
                           partner, stream.name);
  fill_own(days, from, by);
  days.with("sum_of_window", fmt::format("(sums ->> '{}')::numeric", from.measure))
      .with("rows_column", identifier(from.rows))
      .with("sum_column", identifier(from.sum))
      .with("totals", identifier(from.table))
      .with("periods", identifier(from.period_table))
      .with("period", identifier(from.period_column));
  days.set("first", first).set("last", last);
  for (auto const& cells : execute(transaction, days)) {
    witness_day one;
    one.day = *core::day_from_text(cells["day"].c_str());
    one.is_current = cells["is_current"].as<bool>();
    one.is_proven = cells["is_proven"].as<bool>();
    one.agrees = cells["agrees"].as<bool>();
    one.searched = cells["searched"].as<bool>();
    if (!cells["rows"].is_null()) one.rows = cells["rows"].as<std::int64_t>();
    one.sum = text_of(cells["sum"]).value_or("");
    one.own_rows = cells["own_rows"].as<std::int64_t>();
    one.own_sum = cells["own_sum"].c_str();
    facts.days.push_back(std::move(one));
  }
  return facts;
}

void record_witness(pqxx::transaction_base& transaction, streams::stream const& stream,
                    std::string const& partner, witness_standing const& standing,
                    std::vector<witness_day> const& closed_days) {
  auto now = stream_query(R"(
INSERT INTO vobiz_sync.witnesses AS w (partner_id, stream, vouches, counts_by, reason, since)
VALUES (:partner, :stream, :vouches::boolean, :counts_by, :reason, now())
ON CONFLICT (partner_id, stream) DO UPDATE SET vouches = excluded.vouches, counts_by = excluded.counts_by,
  reason = excluded.reason, since = CASE WHEN w.vouches = excluded.vouches THEN w.since ELSE excluded.since END
WHERE (w.vouches, w.counts_by, w.reason) IS DISTINCT FROM (excluded.vouches, excluded.counts_by, excluded.reason))",
                          partner, stream.name);
  now.set_bool("vouches", standing.vouches).set("reason", standing.reason);
  now.set("counts_by", standing.counts_by ? std::optional(std::string(to_text(*standing.counts_by)))
                                          : std::nullopt);
  execute(transaction, now);
  for (auto const& day : closed_days) {
    auto sql = stream_query(R"(
INSERT INTO vobiz_sync.witness_days AS w (partner_id, stream, day, agrees, rows, sum, own_rows, own_sum, judged_at)
VALUES (:partner, :stream, :day::date, :agrees::boolean, :rows::bigint, :sum::numeric, :own_rows::bigint,
  :own_sum::numeric, now())
ON CONFLICT (partner_id, stream, day) DO UPDATE SET agrees = excluded.agrees, rows = excluded.rows,
  sum = excluded.sum, own_rows = excluded.own_rows, own_sum = excluded.own_sum, judged_at = excluded.judged_at,
  searched_at = NULL
WHERE (w.agrees, w.rows, w.sum, w.own_rows, w.own_sum)
  IS DISTINCT FROM (excluded.agrees, excluded.rows, excluded.sum, excluded.own_rows, excluded.own_sum))",
                            partner, stream.name);
    sql.set("day", day.day).set_bool("agrees", day.agrees).set("rows", day.rows);
    sql.set("sum", day.sum.empty() ? std::nullopt : std::optional(day.sum));
    sql.set("own_rows", day.own_rows).set("own_sum", day.own_sum);
    execute(transaction, sql);
  }
}

void note_open_agreement(pqxx::transaction_base& transaction, std::string const& partner,
                         std::string_view stream, milliseconds read) {
  auto sql = stream_query(R"(
UPDATE vobiz_sync.witnesses SET open_agreed_at = now() - :read::bigint * interval '1 millisecond'
WHERE (partner_id, stream) = (:partner, :stream))",
                          partner, stream);
  execute(transaction, sql.set("read", std::int64_t(read.count())));
}

void note_open_search(pqxx::transaction_base& transaction, std::string const& partner,
                      std::string_view stream, bool goes_on) {
  auto sql = stream_query(R"(
UPDATE vobiz_sync.witnesses SET search_at = CASE WHEN :goes_on::boolean THEN now() END
WHERE (partner_id, stream) = (:partner, :stream))",
                          partner, stream);
  execute(transaction, sql.set_bool("goes_on", goes_on));
}

void note_search(pqxx::transaction_base& transaction, std::string const& partner,
                 std::string_view stream, core::utc_day day) {
  auto sql = stream_query(R"(
UPDATE vobiz_sync.witness_days SET searched_at = now()
WHERE (partner_id, stream, day) = (:partner, :stream, :day::date))",
                          partner, stream);
  execute(transaction, sql.set("day", day));
}

std::vector<std::string> customers_to_search(pqxx::transaction_base& transaction,
                                             std::string const& partner, std::string_view stream,
                                             core::utc_day day) {
  auto sql = stream_query(R"(
SELECT w.scope FROM vobiz_sync.windows w
WHERE (w.partner_id, w.stream) = (:partner, :stream) AND w.day = :day::date AND w.scope <> '*'
  AND w.state = 'proven' AND NOT w.set_aside
ORDER BY (SELECT max(b.captured_at) FROM {wallets} b WHERE b.auth_id = w.scope) > w.read_at DESC NULLS LAST,
  w.rows DESC, w.scope)",
                          partner, stream);
  sql.with("wallets", table(streams::wallet_history())).set("day", day);
  std::vector<std::string> result;
  for (auto const& row : execute(transaction, sql)) result.emplace_back(row[0].c_str());
  return result;
}

bool is_vouched(pqxx::transaction_base& transaction, std::string const& partner) {
  query sql(
      "SELECT coalesce(bool_or(vouches), false) FROM vobiz_sync.witnesses WHERE partner_id = "
      ":partner");
  return execute(transaction, sql.set("partner", partner))[0][0].as<bool>();
}

}  // namespace vobiz::sink
