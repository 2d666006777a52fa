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

void record_span(pqxx::transaction_base& transaction, window_key const& scope, span const& days,
                 bool agrees, std::optional<std::int64_t> api_total, std::int64_t stored,
                 std::int64_t found) {
  auto sql = span_query(R"(
INSERT INTO vobiz_sync.spans (partner_id, stream, scope, first_day, last_day, checked_at, agrees, api_total,
  stored, found)
VALUES (:partner, :stream, :scope, :first::date, :last::date, now(), :agrees::boolean, :api_total::bigint,
  :stored::bigint, :found::bigint)
ON CONFLICT (partner_id, stream, scope, first_day, last_day) DO UPDATE SET
  checked_at = excluded.checked_at, agrees = excluded.agrees, api_total = excluded.api_total,
  stored = excluded.stored, found = excluded.found)",
                        scope, days);
  sql.set_bool("agrees", agrees);
  sql.set("api_total", api_total).set("stored", stored).set("found", found);
  execute(transaction, sql);
}

std::vector<span> spans_to_check(pqxx::transaction_base& transaction, window_key const& scope,
                                 std::vector<span> const& candidates,
                                 std::optional<std::chrono::seconds> again_after) {
  std::vector<span> due;
  for (auto const& days : candidates) {
    // A span that did not agree is asked for again after an hour in any case.
    auto sql = span_query(R"(
SELECT EXISTS (SELECT FROM vobiz_sync.spans
  WHERE (partner_id, stream, scope, first_day, last_day)
      = (:partner, :stream, :scope, :first::date, :last::date)
    AND CASE WHEN agrees
      THEN :again_after::bigint IS NULL OR checked_at > now() - :again_after::bigint * interval '1 second'
      ELSE checked_at > now() - interval '1 hour' END))",
                          scope, days);
    sql.set("again_after",
            again_after ? std::optional(std::int64_t(again_after->count())) : std::nullopt);
    bool const settled = execute(transaction, sql)[0][0].as<bool>();
    if (!settled) due.push_back(days);
  }
  return due;
}

}  // namespace vobiz::sink
