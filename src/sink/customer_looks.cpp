#include "vobiz/sink/customer_looks.hpp"

#include "vobiz/sink/query.hpp"
#include "window_sql.hpp"

namespace vobiz::sink {

using std::chrono::milliseconds;

std::string wallet_moved_at(std::string const& auth_id) {
  auto const wallets = table(streams::wallet_history());
  return "(SELECT max(b.captured_at) FROM " + wallets + " b WHERE b.auth_id = " + auth_id +
         "\n    AND EXISTS (SELECT FROM " + wallets +
         " o WHERE o.auth_id = b.auth_id AND o.captured_at < b.captured_at))";
}

std::vector<customer_facts> load_customer_facts(pqxx::transaction_base& transaction,
                                                std::string const& partner, std::string_view stream,
                                                std::chrono::seconds close_delay) {
  auto sql = stream_query(R"(
WITH waiting AS (
  SELECT DISTINCT scope FROM vobiz_sync.windows
  WHERE (partner_id, stream) = (:partner, :stream) AND scope <> '*' AND state NOT IN ('proven', 'pending')
    AND NOT set_aside AND (next_try_at <= now() OR (next_try_at IS NULL
      AND (day + 1)::timestamp AT TIME ZONE 'UTC' + :close_delay::bigint * interval '1 second' <= now())))
SELECT a.auth_id, {looked} AS looked, {found} AS found, {moved} AS moved,
  a.cash_credits IS NOT NULL AS has_wallet, w.scope IS NOT NULL AS wants_days
FROM {customers} a
LEFT JOIN vobiz_sync.customer_looks l ON (l.partner_id, l.stream, l.scope) = (:partner, :stream, a.auth_id)
LEFT JOIN waiting w ON w.scope = a.auth_id
WHERE a.partner_id = :partner AND a.removed_at IS NULL
ORDER BY a.auth_id)",
                          partner, stream);
  sql.with("looked", age_sql("l.looked_at"))
      .with("found", age_sql("l.found_at"))
      .with("moved", age_sql(wallet_moved_at("a.auth_id")))
      .with("customers", table(streams::customers()));
  sql.set("close_delay", std::int64_t(close_delay.count()));
  std::vector<customer_facts> result;
  for (auto const& row : execute(transaction, sql)) {
    customer_facts one;
    one.id = row["auth_id"].c_str();
    one.looked = age_from(row["looked"]);
    one.found = age_from(row["found"]);
    one.moved = age_from(row["moved"]);
    one.has_wallet = row["has_wallet"].as<bool>();
    one.wants_days = row["wants_days"].as<bool>();
    result.push_back(std::move(one));
  }
  return result;
}

void note_look(pqxx::transaction_base& transaction, std::string const& partner,
               std::string_view stream, std::string const& id, milliseconds began, bool found) {
  auto sql = stream_query(R"(
INSERT INTO vobiz_sync.customer_looks AS l (partner_id, stream, scope, looked_at, found_at)
SELECT :partner, :stream, :scope, at, CASE WHEN :found::boolean THEN at END
FROM (SELECT now() - :began::bigint * interval '1 millisecond' AS at) t
ON CONFLICT (partner_id, stream, scope) DO UPDATE
SET looked_at = excluded.looked_at, found_at = coalesce(excluded.found_at, l.found_at))",
                          partner, stream);
  sql.set("scope", id).set("began", std::int64_t(began.count())).set_bool("found", found);
  execute(transaction, sql);
}

void forget_looks(pqxx::transaction_base& transaction, std::string const& partner,
                  std::string_view stream) {
  execute(transaction, stream_query("DELETE FROM vobiz_sync.customer_looks\n"
                                    "WHERE (partner_id, stream) = (:partner, :stream)",
                                    partner, stream));
}

std::vector<customer_upkeep> load_customer_upkeep(pqxx::transaction_base& transaction,
                                                  std::string const& partner,
                                                  std::string_view stream, upkeep_due const& how) {
  // A day without rows has nothing that its totals do not show.
  auto sql = stream_query(R"(
WITH whole AS (
  SELECT DISTINCT scope FROM vobiz_sync.windows
  WHERE (partner_id, stream) = (:partner, :stream) AND scope <> '*' AND day >= :lookback_from::date
    AND state = 'proven' AND rows > 0 AND coalesce(next_try_at <= now(), true)
    AND coalesce(walked_at <= now() - interval '1 day', true)),
compared AS (
  SELECT scope, max(checked_at) AS at FROM vobiz_sync.spans
  WHERE (partner_id, stream) = (:partner, :stream) AND scope <> '*'
    AND last_day BETWEEN :span_to::date - 1 AND :span_to::date GROUP BY scope),
due AS (
  SELECT a.auth_id, w.scope IS NOT NULL AS has_whole_reads,
    :spans::boolean AND (:everything::boolean OR c.at IS NULL OR c.at <= now() - interval '1 day'
      OR (m.moved > c.at AND c.at <= now() - interval '1 second'
        * CASE WHEN l.found_at >= m.moved THEN :after_an_explained_move ELSE :after_a_move END::bigint)) AS has_span
  FROM {customers} a
  CROSS JOIN LATERAL (SELECT {moved} AS moved) m
  LEFT JOIN vobiz_sync.customer_looks l ON (l.partner_id, l.stream, l.scope) = (:partner, :stream, a.auth_id)
  LEFT JOIN whole w ON w.scope = a.auth_id
  LEFT JOIN compared c ON c.scope = a.auth_id
  WHERE a.partner_id = :partner AND a.removed_at IS NULL)
SELECT * FROM due WHERE has_whole_reads OR has_span ORDER BY has_whole_reads DESC, auth_id)",
                          partner, stream);
  sql.with("moved", wallet_moved_at("a.auth_id")).with("customers", table(streams::customers()));
  sql.set("lookback_from", how.lookback_from).set("span_to", how.span_to);
  sql.set("after_a_move", std::int64_t(how.after_a_move.count()));
  sql.set("after_an_explained_move", std::int64_t(how.after_an_explained_move.count()));
  sql.set_bool("spans", how.spans).set_bool("everything", how.everything);
  std::vector<customer_upkeep> result;
  for (auto const& row : execute(transaction, sql)) {
    result.push_back({row[0].c_str(), row[1].as<bool>(), row[2].as<bool>()});
  }
  return result;
}

}  // namespace vobiz::sink
