#include "vobiz/sink/repairs.hpp"

#include <spdlog/fmt/fmt.h>

#include "batch_sql.hpp"
#include "vobiz/sink/query.hpp"
#include "vobiz/sink/sql_text.hpp"
#include "window_sql.hpp"

namespace vobiz::sink {

namespace {

constexpr std::string_view changed_from =
    "coalesce(to_timestamp(:changed_from::double precision), '-infinity')";

// What the ledger charges for on days whose rows are all known, and the table lacks: among entries
// that have changed, and among all of a day whose rows have become known. The ledger's time spares
// the look-up all months but few. The days' columns are hidden from the planner, since the index
// over them would have it read all days.
std::string charged_rows(streams::stream const& stream) {
  auto const& ledger = *stream.charged_in;
  return query(R"(
WITH days AS MATERIALIZED (
  SELECT DISTINCT w.day FROM vobiz_sync.windows w
  WHERE w.partner_id = :partner AND w.stream = {stream} AND w.state = 'proven'
    AND :changed_from::double precision IS NOT NULL AND w.proven_at >= {changed_from}),
proven AS MATERIALIZED (
  SELECT w.scope, w.day FROM vobiz_sync.windows w
  WHERE w.partner_id = :partner AND w.stream = {stream} AND w.state = 'proven'),
looked_at AS MATERIALIZED (
  SELECT {columns} FROM vobiz.{ledger} l
  WHERE l.partner_id = :partner AND l.{day} + 0 >= :since::date AND l.{charge} IS NOT NULL
    AND l.removed_at IS NULL AND l.changed_at >= {changed_from}
  UNION ALL
  SELECT {columns} FROM days d JOIN vobiz.{ledger} l ON l.{day} = d.day
  WHERE l.partner_id = :partner AND l.{day} + 0 >= :since::date AND l.{charge} IS NOT NULL
    AND l.removed_at IS NULL),
charged AS MATERIALIZED (
  SELECT DISTINCT {columns} FROM looked_at l
  WHERE EXISTS (SELECT FROM proven w WHERE w.scope IN ('*', l.{account}) AND w.day = l.{day})),
near AS MATERIALIZED (
  SELECT DISTINCT l.{account}, l.{charge} FROM charged l JOIN {table} c
    ON c.{account} = l.{account} AND c.{key} = l.{charge}
      AND c.{time} BETWEEN l.{charged_at} - interval '{before} days'
        AND l.{charged_at} + interval '{after} days'),
rest AS MATERIALIZED (
  SELECT {account}, {charge} FROM charged EXCEPT SELECT {account}, {charge} FROM near),
far AS MATERIALIZED (
  SELECT DISTINCT l.{account}, l.{charge} FROM rest l JOIN {table} c
    ON c.{account} = l.{account} AND c.{key} = l.{charge})
SELECT {charge}::text AS key, {account} AS account FROM (
  SELECT {account}, {charge} FROM rest EXCEPT SELECT {account}, {charge} FROM far) l)")
      .with("columns", "l.{charge}, l.{account}, l.{day}, l.{charged_at}")
      .with("changed_from", changed_from)
      .with("charge", identifier(ledger.column))
      .with("account", identifier(stream.account_column))
      .with("ledger", identifier(ledger.table))
      .with("day", identifier(stream.day_column))
      .with("stream", literal(stream.name))
      .with("table", table(stream))
      .with("key", identifier(streams::selective_key(stream)))
      .with("time", identifier(stream.day_time))
      .with("charged_at", identifier(ledger.time))
      .with("before", std::to_string(ledger.days_before))
      .with("after", std::to_string(ledger.days_after))
      .text();
}

// The keys that rows that have changed mention and this table lacks; a key is the customer's own
// auth_id.
std::string mentioned_rows(streams::stream const& stream) {
  std::string mentions;
  for (auto const& by : stream.repair->mentions) {
    auto const column = identifier(by.column);
    mentions += fmt::format(
        "{}  SELECT {} AS key FROM vobiz.{} WHERE partner_id = :partner AND changed_at >= {} AND "
        "{}",
        mentions.empty() ? "" : "\n  UNION\n", column, identifier(by.table), changed_from,
        by.day_column.empty() ? "removed_at IS NULL AND " + column + " IS NOT NULL"
                              : identifier(by.day_column) + " + 0 >= :since::date");
  }
  return fmt::format(R"(
SELECT k.key, k.key AS account FROM (
{0}) k
WHERE NOT EXISTS (SELECT FROM {1} a WHERE a.{2} = k.key))",
                     mentions, table(stream), identifier(streams::selective_key(stream)));
}

// Runs a statement about few rows. The planner would read whole months for them.
pqxx::result look_up(pqxx::transaction_base& transaction, query const& sql) {
  transaction.exec(
      "SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin "
      "= "
      "off");
  auto result = execute(transaction, sql);
  transaction.exec(
      "SET LOCAL enable_seqscan = on; SET LOCAL enable_hashjoin = on; SET LOCAL enable_mergejoin = "
      "on");
  return result;
}

}  // namespace

std::optional<repair_look> begin_repair(pqxx::transaction_base& transaction,
                                        std::string const& partner, std::string_view stream,
                                        core::utc_day since, bool anyway) {
  query sql(R"(
UPDATE vobiz_sync.streams s SET repaired_at = now(), looked_through = now(), looked_from = :since::date
FROM (SELECT * FROM vobiz_sync.streams WHERE (partner_id, stream) = (:partner, :stream) FOR UPDATE) before
WHERE (s.partner_id, s.stream) = (:partner, :stream)
  AND (:anyway::boolean OR s.repaired_at IS NULL OR s.repaired_at < now() - interval '1 hour')
RETURNING CASE WHEN before.looked_from <= :since::date
  THEN extract(epoch FROM before.looked_through - interval '1 hour') END)");
  sql.set("partner", partner).set("stream", stream).set("since", since);
  sql.set("anyway", anyway ? "true" : "false");
  auto const begun = execute(transaction, sql);
  if (begun.empty()) return std::nullopt;
  return repair_look{since, text_of(begun[0][0])};
}

void note_missing_rows(pqxx::transaction_base& transaction, streams::stream const& stream,
                       std::string const& partner, repair_look const& look) {
  query sql(R"(
INSERT INTO vobiz_sync.repairs AS r (partner_id, kind, key, account_id, state, attempts)
SELECT :partner, :kind, m.key, m.account, 'missing', 0 FROM ({missing}) m
ON CONFLICT (partner_id, kind, key) DO UPDATE SET state = 'missing', attempts = 0
WHERE r.state = 'stored')");
  sql.with("missing",
           stream.repair->mentions.empty() ? charged_rows(stream) : mentioned_rows(stream));
  sql.set("partner", partner).set("kind", stream.repair->kind).set("since", look.since);
  sql.set("changed_from", look.changed_from);
  if (look.changed_from) {
    look_up(transaction, sql);
  } else {
    execute(transaction, sql);
  }
}

std::vector<missing_row> missing_rows(pqxx::transaction_base& transaction,
                                      streams::stream const& stream, std::string const& partner,
                                      std::int64_t most) {
  constexpr std::string_view open =
      "(r.partner_id, r.kind) = (:partner, :kind) AND r.state = 'missing' AND r.attempts < 5";
  auto const key = streams::selective_key(stream);
  auto const type = type_name(stream.columns[streams::position(stream, key)].type);
  // A list may have brought them since.
  query found(R"(
WITH wanted AS MATERIALIZED (SELECT r.key, r.account_id FROM vobiz_sync.repairs r WHERE {open}),
stored AS MATERIALIZED (
  SELECT DISTINCT w.key, w.account_id FROM wanted w JOIN {table} c ON c.{key} = w.key::{type}{account})
UPDATE vobiz_sync.repairs r SET state = 'stored' FROM stored w
WHERE {open} AND r.key = w.key)");
  found.with("open", open).with("table", table(stream)).with("key", identifier(key));
  found.with("type", type)
      .with("account", stream.charged_in
                           ? " AND c." + identifier(stream.account_column) + " = w.account_id"
                           : std::string());
  found.set("partner", partner).set("kind", stream.repair->kind);
  look_up(transaction, found);

  query sql(R"(
SELECT r.key, r.account_id FROM vobiz_sync.repairs r
WHERE {open} AND (r.attempts = 0 OR r.last_tried_at <= now() - interval '1 hour' * (2 ^ r.attempts))
ORDER BY r.attempts, r.first_tried_at, r.key LIMIT :most::bigint)");
  sql.with("open", open);
  sql.set("partner", partner).set("kind", stream.repair->kind).set("most", most);
  std::vector<missing_row> result;
  for (auto const& row : execute(transaction, sql)) {
    result.push_back({row[0].c_str(), row[1].c_str()});
  }
  return result;
}

void record_repair(pqxx::transaction_base& transaction, std::string const& partner,
                   std::string_view kind, missing_row const& row,
                   std::optional<std::string> const& error) {
  arguments values;
  values.add(partner)
      .add(kind)
      .add(row.key)
      .add(row.account)
      .add(error ? "missing" : "stored")
      .add(error);
  execute(transaction, R"(
INSERT INTO vobiz_sync.repairs (partner_id, kind, key, account_id, state, last_error)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (partner_id, kind, key) DO UPDATE SET state = excluded.state, last_error = excluded.last_error,
  attempts = vobiz_sync.repairs.attempts + 1, last_tried_at = now())",
          values);
}

}  // namespace vobiz::sink
