#include "vobiz/sink/spans.hpp"

#include <spdlog/fmt/fmt.h>

#include "vobiz/sink/sql_text.hpp"
#include "vobiz/sink/statement.hpp"
#include "window_sql.hpp"

namespace vobiz::sink {

namespace {

arguments span_arguments(window_key const& scope, span const& days) {
  arguments values;
  values.add(scope.partner).add(scope.stream).add(scope.scope).add(days.first).add(days.last);
  return values;
}

}  // namespace

std::optional<figures> figures_of_span(pqxx::transaction_base& transaction,
                                       streams::stream const& stream, window_key const& scope,
                                       span const& days, span_figures which) {
  bool const listed = which == span_figures::listed;
  std::string const rows = listed ? "coalesce(api_total - rejects, rows)" : "rows";
  std::string window_sums;
  std::string found_sums;
  std::string both;
  for (auto const& m : stream.measures) {
    auto const name = identifier(m.name);
    auto const api = identifier("api_" + std::string(m.name));
    // Only a proof by sums vouches for what the API said of them: others may have been degraded.
    auto const value =
        listed ? fmt::format("CASE WHEN proof = 'total+summary' THEN {} ELSE {} END", api, name)
               : name;
    window_sums += fmt::format(", coalesce(sum({}), 0) AS {}", value, name);
    found_sums += fmt::format(", coalesce({}, 0) AS {}", m.sql, name);
    both += fmt::format(", w.{0} + f.{0} AS {0}", name);
  }
  auto const sql = fmt::format(R"(
WITH w AS (
  SELECT count(*) FILTER (WHERE state = 'proven') AS proven, coalesce(sum({4}), 0)::bigint AS rows,
    coalesce(sum(rejects), 0)::bigint AS rejects{0}
  FROM vobiz_sync.windows
  WHERE (partner_id, stream, scope) = ($1, $2, $3) AND day BETWEEN $4::date AND $5::date),
f AS (
  SELECT count(*) AS rows{1} FROM {2}
  WHERE partner_id = $1 AND {5} >= $4::date AND {5} < $5::date AND found_by = 'span'
    AND removed_at IS NULL AND ($3 = '*' OR {6} = $3))
SELECT w.proven = $5::date - $4::date + 1 AS judged, w.rows + f.rows AS rows, w.rejects{3} FROM w, f)",
                               window_sums, found_sums, table(stream), both, rows,
                               identifier(stream.day_column), identifier(stream.account_column));
  auto const row = execute(transaction, sql, span_arguments(scope, days))[0];
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
  auto values = span_arguments(scope, days);
  values.add_bool(agrees).add(api_total).add(stored).add(found);
  execute(transaction, R"(
INSERT INTO vobiz_sync.spans (partner_id, stream, scope, first_day, last_day, checked_at, agrees, api_total,
  stored, found)
VALUES ($1, $2, $3, $4::date, $5::date, now(), $6::boolean, $7::bigint, $8::bigint, $9::bigint)
ON CONFLICT (partner_id, stream, scope, first_day, last_day) DO UPDATE SET
  checked_at = excluded.checked_at, agrees = excluded.agrees, api_total = excluded.api_total,
  stored = excluded.stored, found = excluded.found)",
          values);
}

std::vector<span> spans_to_check(pqxx::transaction_base& transaction, window_key const& scope,
                                 std::vector<span> const& candidates,
                                 std::optional<std::chrono::seconds> again_after) {
  std::vector<span> due;
  for (auto const& days : candidates) {
    auto values = span_arguments(scope, days);
    values.add(again_after ? std::optional(std::int64_t(again_after->count())) : std::nullopt);
    // A span that did not agree is asked for again after an hour in any case.
    bool const settled = execute(transaction, R"(
SELECT EXISTS (SELECT FROM vobiz_sync.spans
  WHERE (partner_id, stream, scope, first_day, last_day) = ($1, $2, $3, $4::date, $5::date)
    AND CASE WHEN agrees THEN $6::bigint IS NULL OR checked_at > now() - $6::bigint * interval '1 second'
      ELSE checked_at > now() - interval '1 hour' END))",
                                 values)[0][0]
                             .as<bool>();
    if (!settled) due.push_back(days);
  }
  return due;
}

}  // namespace vobiz::sink
