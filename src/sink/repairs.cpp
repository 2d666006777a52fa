#include "vobiz/sink/repairs.hpp"

#include <spdlog/fmt/fmt.h>

#include "vobiz/sink/query.hpp"
#include "vobiz/sink/sql_text.hpp"
#include "window_sql.hpp"

namespace vobiz::sink {

namespace {

constexpr char const* not_given_up = R"(
WHERE NOT EXISTS (SELECT FROM vobiz_sync.repairs r
  WHERE r.partner_id = $1 AND r.kind = $4 AND r.key = m.key AND r.state = 'missing'
    AND (r.attempts >= 5 OR r.last_tried_at > now() - interval '1 hour' * (2 ^ r.attempts)))
LIMIT $3::bigint)";

// What the ledger charges for on days whose rows are all known, and the table lacks. The ledger's
// time spares the look-up all months but few.
std::string charged_rows(streams::stream const& stream) {
  auto const& ledger = *stream.charged_in;
  return fmt::format(R"(
SELECT m.key, m.account FROM (
  SELECT DISTINCT l.{charge}::text AS key, l.{account} AS account
  FROM vobiz.{ledger} l
  WHERE l.partner_id = $1 AND l.{day} >= $2::date AND l.{charge} IS NOT NULL
    AND l.removed_at IS NULL
    AND EXISTS (SELECT FROM vobiz_sync.windows w
      WHERE w.partner_id = $1 AND w.stream = {stream} AND w.scope IN ('*', l.{account})
        AND w.day = l.{day} AND w.state = 'proven')
    AND NOT EXISTS (SELECT FROM {table} c
      WHERE c.{account} = l.{account} AND c.{key} = l.{charge}
        AND c.{time} BETWEEN l.{charged_at} - interval '{before} days'
          AND l.{charged_at} + interval '{after} days')
    AND NOT EXISTS (SELECT FROM {table} c
      WHERE c.{account} = l.{account} AND c.{key} = l.{charge})) m)",
                     fmt::arg("charge", identifier(ledger.column)),
                     fmt::arg("account", identifier(stream.account_column)),
                     fmt::arg("ledger", identifier(ledger.table)),
                     fmt::arg("day", identifier(stream.day_column)),
                     fmt::arg("stream", literal(stream.name)), fmt::arg("table", table(stream)),
                     fmt::arg("key", identifier(streams::selective_key(stream))),
                     fmt::arg("time", identifier(stream.day_time)),
                     fmt::arg("charged_at", identifier(ledger.time)),
                     fmt::arg("before", ledger.days_before), fmt::arg("after", ledger.days_after));
}

// The keys that other tables mention and this one lacks; a key is the customer's own auth_id.
std::string mentioned_rows(streams::stream const& stream) {
  std::string mentions;
  for (auto const& by : stream.repair->mentions) {
    auto const column = identifier(by.column);
    mentions +=
        fmt::format("{}  SELECT {} AS key FROM vobiz.{} WHERE partner_id = $1 AND {}",
                    mentions.empty() ? "" : "\n  UNION\n", column, identifier(by.table),
                    by.day_column.empty() ? "removed_at IS NULL AND " + column + " IS NOT NULL"
                                          : identifier(by.day_column) + " >= $2::date");
  }
  return fmt::format(R"(
SELECT m.key, m.key AS account FROM (
  SELECT key FROM (
{0}) k
  WHERE NOT EXISTS (SELECT FROM {1} a WHERE a.{2} = k.key)) m)",
                     mentions, table(stream), identifier(streams::selective_key(stream)));
}

}  // namespace

bool begin_repair(pqxx::transaction_base& transaction, std::string const& partner,
                  std::string_view stream, bool anyway) {
  arguments values;
  values.add(partner).add(stream).add_bool(anyway);
  return !execute(transaction, R"(
UPDATE vobiz_sync.streams SET repaired_at = now()
WHERE (partner_id, stream) = ($1, $2)
  AND ($3::boolean OR repaired_at IS NULL OR repaired_at < now() - interval '1 hour')
RETURNING 1)",
                  values)
              .empty();
}

std::vector<missing_row> missing_rows(pqxx::transaction_base& transaction,
                                      streams::stream const& stream, std::string const& partner,
                                      core::utc_day since, std::int64_t most) {
  auto const found =
      stream.repair->mentions.empty() ? charged_rows(stream) : mentioned_rows(stream);
  arguments values;
  values.add(partner).add(since).add(most).add(stream.repair->kind);
  std::vector<missing_row> result;
  for (auto const& row : execute(transaction, found + not_given_up, values)) {
    result.push_back({row["key"].c_str(), row["account"].c_str()});
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
