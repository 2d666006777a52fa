#include "vobiz/sink/spans.hpp"

#include <spdlog/fmt/fmt.h>

#include "vobiz/sink/query.hpp"
#include "vobiz/sink/sql_text.hpp"
#include "window_sql.hpp"

namespace vobiz::sink {

namespace {

query span_query(std::string text, window_key const& scope, span const& days) {
  query result(std::move(text));
  result.set("partner", scope.partner).set("stream", scope.stream).set("scope", scope.scope);
  result.set("first", days.first).set("last", days.last);
  return result;
}

// Whether the days are a whole month, which is checked for itself.
std::string is_month(std::string_view first, std::string_view last) {
  return fmt::format(
      "(extract(day FROM {0}) = 1 AND {1} = ({0} + interval '1 month' - interval '1 day')::date)",
      first, last);
}

}  // namespace

std::optional<figures> figures_of_span(pqxx::transaction_base& transaction,
                                       streams::stream const& stream, window_key const& scope,
                                       span const& days, span_figures which) {
  bool const listed = which == span_figures::listed;
  std::string window_sums;
  std::string found_sums;
  std::string both;
  for (auto const& m : stream.measures) {
    auto const name = identifier(m.name);
    auto const api = fmt::format("(api_sums ->> '{}')::numeric", m.name);
    auto const stored = fmt::format("(sums ->> '{}')::numeric", m.name);
    // Only a proof by sums vouches for what the API said of them: others may have been degraded.
    auto const value =
        listed ? fmt::format("CASE WHEN proof = 'total+summary' THEN {} ELSE {} END", api, stored)
               : stored;
    window_sums += fmt::format(", coalesce(sum({}), 0) AS {}", value, name);
    found_sums += fmt::format(", coalesce({}, 0) AS {}", m.sql, name);
    both += fmt::format(", w.{0} + f.{0} AS {0}", name);
  }
  auto sql = span_query(R"(
WITH w AS (
  SELECT count(*) FILTER (WHERE state = 'proven') AS proven, coalesce(sum({rows}), 0)::bigint AS rows,
    coalesce(sum(rejects), 0)::bigint AS rejects{window_sums}
  FROM vobiz_sync.windows
  WHERE (partner_id, stream, scope) = (:partner, :stream, :scope) AND day BETWEEN :first::date AND :last::date),
f AS (
  SELECT count(*) AS rows{found_sums} FROM {table}
  WHERE partner_id = :partner AND {day} >= :first::date AND {day} < :last::date AND found_by = 'span'
    AND removed_at IS NULL AND (:scope = '*' OR {account} = :scope))
SELECT w.proven = :last::date - :first::date + 1 AS judged, w.rows + f.rows AS rows, w.rejects{both} FROM w, f)",
                        scope, days);
  sql.with("rows", listed ? "coalesce(api_total - rejects, rows)" : "rows")
      .with("window_sums", window_sums)
      .with("found_sums", found_sums)
      .with("both", both)
      .with("table", table(stream))
      .with("day", identifier(stream.day_column))
      .with("account", identifier(stream.account_column));
  auto const row = execute(transaction, sql)[0];
  if (!row["judged"].as<bool>()) return std::nullopt;
  figures result;
  result.rows = row["rows"].as<std::int64_t>();
  result.rejects = row["rejects"].as<std::int64_t>();
  for (auto const& m : stream.measures) result.sums.emplace_back(row[std::string(m.name)].c_str());
  return result;
}

bool is_proven(pqxx::transaction_base& transaction, window_key const& scope, span const& days) {
  auto const sql = span_query(R"(
SELECT count(*) = :last::date - :first::date + 1 FROM vobiz_sync.windows
WHERE (partner_id, stream, scope) = (:partner, :stream, :scope) AND day BETWEEN :first::date AND :last::date
  AND state = 'proven')",
                              scope, days);
  return execute(transaction, sql)[0][0].as<bool>();
}

std::int64_t repeats_in(pqxx::transaction_base& transaction, window_key const& scope,
                        span const& days) {
  auto const sql = span_query(R"(
SELECT coalesce(sum(api_total - rows - rejects), 0)::bigint FROM vobiz_sync.windows
WHERE (partner_id, stream, scope) = (:partner, :stream, :scope) AND day BETWEEN :first::date AND :last::date
  AND proof = 'walk+repeats')",
                              scope, days);
  return execute(transaction, sql)[0][0].as<std::int64_t>();
}

void record_span(pqxx::transaction_base& transaction, window_key const& scope,
                 span_check_result const& result) {
  bool const agrees = result.verdict == span_verdict::agrees;
  bool const disagrees = result.verdict == span_verdict::disagrees;
  // Without a verdict the one before stands.
  auto sql = span_query(R"(
INSERT INTO vobiz_sync.spans AS s (partner_id, stream, scope, first_day, last_day, checked_at, agrees, is_judged,
  api_total, stored, found, difference, differs_from, differs_to, searched_at)
VALUES (:partner, :stream, :scope, :first::date, :last::date, now(), :agrees::boolean, :is_judged::boolean,
  :api_total::bigint, :stored::bigint, :found::bigint, :difference, :differs_from::date, :differs_to::date,
  CASE WHEN NOT :agrees::boolean THEN now() END)
ON CONFLICT (partner_id, stream, scope, first_day, last_day) DO UPDATE SET
  checked_at = excluded.checked_at, agrees = coalesce(excluded.agrees, s.agrees), is_judged = excluded.is_judged,
  api_total = excluded.api_total, stored = excluded.stored, found = excluded.found,
  difference = CASE WHEN excluded.agrees IS NULL THEN s.difference ELSE excluded.difference END,
  differs_from = CASE WHEN excluded.agrees IS NULL THEN s.differs_from ELSE excluded.differs_from END,
  differs_to = CASE WHEN excluded.agrees IS NULL THEN s.differs_to ELSE excluded.differs_to END,
  searched_at = CASE WHEN excluded.agrees IS NULL THEN s.searched_at ELSE excluded.searched_at END)",
                        scope, result.days);
  sql.set("agrees", agrees || disagrees ? std::optional<std::string>(agrees ? "true" : "false")
                                        : std::nullopt);
  sql.set_bool("is_judged", result.verdict != span_verdict::reopened);
  sql.set("api_total", result.api_total)
      .set("stored", result.stored)
      .set("found", result.found)
      .set("difference", disagrees ? std::optional(result.difference) : std::nullopt)
      .set("differs_from", disagrees ? std::optional(result.differs.first) : std::nullopt)
      .set("differs_to", disagrees ? std::optional(result.differs.last) : std::nullopt);
  execute(transaction, sql);
  if (!agrees && !disagrees) return;
  auto replaced = span_query(R"(
DELETE FROM vobiz_sync.spans
WHERE (partner_id, stream, scope) = (:partner, :stream, :scope)
  AND NOT {is_month_given} AND NOT {is_month} AND (first_day, last_day) <> (:first::date, :last::date)
  AND (agrees IS DISTINCT FROM false OR first_day >= :first::date AND last_day <= :last::date))",
                             scope, result.days);
  replaced.with("is_month_given", is_month(":first::date", ":last::date"))
      .with("is_month", is_month("first_day", "last_day"));
  execute(transaction, replaced);
}

std::optional<std::string> confirm_difference(pqxx::transaction_base& transaction,
                                              window_key const& scope, span const& days,
                                              std::optional<std::int64_t> api_total,
                                              std::int64_t stored) {
  auto sql = span_query(R"(
UPDATE vobiz_sync.spans SET checked_at = now(), is_judged = true
WHERE (partner_id, stream, scope, first_day, last_day) = (:partner, :stream, :scope, :first::date, :last::date)
  AND NOT agrees AND api_total = :api_total::bigint AND stored = :stored::bigint
  AND searched_at > now() - interval '1 day' RETURNING difference)",
                        scope, days);
  sql.set("api_total", api_total).set("stored", stored);
  auto const rows = execute(transaction, sql);
  return rows.empty() ? std::nullopt : text_of(rows[0][0]);
}

std::vector<span> spans_to_check(pqxx::transaction_base& transaction, window_key const& scope,
                                 std::vector<span> const& candidates,
                                 std::optional<std::chrono::seconds> again_after, bool anyway) {
  std::vector<span> due;
  for (auto const& days : candidates) {
    auto sql = span_query(R"(
SELECT EXISTS (SELECT FROM vobiz_sync.spans
  WHERE (partner_id, stream, scope, first_day, last_day)
      = (:partner, :stream, :scope, :first::date, :last::date)
    AND CASE
      WHEN :anyway::boolean AND NOT (agrees AND is_judged) THEN false
      WHEN NOT is_judged THEN checked_at > now() - interval '10 minutes'
      WHEN NOT agrees THEN checked_at > now() - interval '1 hour'
      WHEN agrees IS NULL THEN checked_at > now() - interval '1 day'
      ELSE :again_after::bigint IS NULL OR checked_at > now() - :again_after::bigint * interval '1 second' END))",
                          scope, days);
    sql.set("again_after",
            again_after ? std::optional(std::int64_t(again_after->count())) : std::nullopt);
    sql.set_bool("anyway", anyway);
    bool const settled = execute(transaction, sql)[0][0].as<bool>();
    if (!settled) due.push_back(days);
  }
  return due;
}

span extended_audit(pqxx::transaction_base& transaction, window_key const& scope,
                    span const& audit) {
  auto sql = span_query(R"(
SELECT least(min(first_day), :first::date) FROM vobiz_sync.spans
WHERE (partner_id, stream, scope) = (:partner, :stream, :scope) AND NOT agrees AND last_day <= :last::date
  AND NOT {is_month})",
                        scope, audit);
  sql.with("is_month", is_month("first_day", "last_day"));
  auto const first = core::day_from_text(execute(transaction, sql)[0][0].c_str());
  return {first.value_or(audit.first), audit.last};
}

void forget_spans(pqxx::transaction_base& transaction, std::string const& partner,
                  std::string_view stream, std::vector<std::string> const& scopes,
                  core::utc_day first_day) {
  array_literal read;
  for (auto const& scope : scopes) read.add(scope);
  arguments values;
  values.add(partner).add(stream).add(first_day).add_text(read.take());
  execute(transaction, R"(
DELETE FROM vobiz_sync.spans WHERE (partner_id, stream) = ($1, $2)
  AND (first_day < $3::date OR agrees IS DISTINCT FROM true AND scope <> ALL ($4::text[])))",
          values);
}

std::optional<std::string> span_difference(pqxx::transaction_base& transaction,
                                           std::string const& partner, std::string_view stream) {
  arguments values;
  values.add(partner).add(stream);
  auto const rows = execute(transaction, R"(
SELECT difference FROM vobiz_sync.spans WHERE (partner_id, stream) = ($1, $2) AND NOT agrees
ORDER BY last_day DESC, first_day DESC, scope LIMIT 1)",
                            values);
  if (rows.empty()) return std::nullopt;
  return text_of(rows[0][0]).value_or("a span disagrees with the sum of its days");
}

}  // namespace vobiz::sink
