#include "vobiz/sink/repairs.hpp"

#include "vobiz/sink/statement.hpp"

namespace vobiz::sink {

namespace {

constexpr char const* not_given_up = R"(
  AND NOT EXISTS (SELECT FROM vobiz_sync.repairs r
    WHERE r.partner_id = $1 AND r.kind = k.kind AND r.key = m.key AND r.state = 'missing'
      AND (r.attempts >= 5 OR r.last_tried_at > now() - interval '1 hour' * (2 ^ r.attempts)))
LIMIT $3::bigint)";

std::vector<missing_row> rows(pqxx::transaction_base& transaction, std::string const& sql,
                              std::string const& partner, core::utc_day since, std::int64_t most) {
  arguments values;
  values.add(partner).add(since).add(most);
  std::vector<missing_row> result;
  for (auto const& row : execute(transaction, sql + not_given_up, values)) {
    result.push_back({row["key"].c_str(), row["account"].c_str()});
  }
  return result;
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

std::vector<missing_row> missing_cdrs(pqxx::transaction_base& transaction,
                                      std::string const& partner, core::utc_day since,
                                      std::int64_t most) {
  // A call is charged when it ends, at most some days after it started: the bound spares the other
  // months.
  return rows(transaction, R"(
SELECT m.key, m.account FROM (
  SELECT DISTINCT t.cdr_uuid::text AS key, t.account_id AS account
  FROM vobiz.transactions t
  WHERE t.partner_id = $1 AND t.window_day >= $2::date AND t.cdr_uuid IS NOT NULL
    AND t.removed_at IS NULL
    AND EXISTS (SELECT FROM vobiz_sync.windows w
      WHERE w.partner_id = $1 AND w.stream = 'cdrs' AND w.scope IN ('*', t.account_id)
        AND w.day = t.window_day AND w.state = 'proven')
    AND NOT EXISTS (SELECT FROM vobiz.cdrs c
      WHERE c.account_id = t.account_id AND c.uuid = t.cdr_uuid
        AND c.start_time BETWEEN t.created_at - interval '7 days' AND t.created_at + interval '1 day')
    AND NOT EXISTS (SELECT FROM vobiz.cdrs c
      WHERE c.account_id = t.account_id AND c.uuid = t.cdr_uuid)) m
CROSS JOIN (SELECT 'cdr' AS kind) k WHERE true)",
              partner, since, most);
}

std::vector<missing_row> missing_accounts(pqxx::transaction_base& transaction,
                                          std::string const& partner, core::utc_day since,
                                          std::int64_t most) {
  return rows(transaction, R"(
SELECT m.key, m.key AS account FROM (
  SELECT account_id AS key FROM vobiz.numbers
  WHERE partner_id = $1 AND removed_at IS NULL AND account_id IS NOT NULL
  UNION SELECT account_id FROM vobiz.transactions WHERE partner_id = $1 AND window_day >= $2::date
  UNION SELECT account_id FROM vobiz.cdrs WHERE partner_id = $1 AND window_day >= $2::date) m
CROSS JOIN (SELECT 'account' AS kind) k
WHERE NOT EXISTS (SELECT FROM vobiz.accounts a WHERE a.auth_id = m.key))",
              partner, since, most);
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
