#include "vobiz/sink/stand_ins.hpp"

#include "vobiz/sink/query.hpp"
#include "window_sql.hpp"

namespace vobiz::sink {

namespace {

// Whether the customer of the window `w` is one of the partner's at present.
constexpr char const* is_present =
    "EXISTS (SELECT FROM {customers} a WHERE a.partner_id = w.partner_id AND a.auth_id = w.scope\n"
    "    AND a.removed_at IS NULL)";

// Whether the global window of the day of `w` is proven.
constexpr char const* has_global_proof =
    "EXISTS (SELECT FROM vobiz_sync.windows g\n"
    "    WHERE (g.partner_id, g.stream, g.scope, g.day) = (w.partner_id, w.stream, '*', w.day)\n"
    "      AND g.proof IS NOT NULL)";

}  // namespace

std::int64_t ensure_customer_windows(pqxx::transaction_base& transaction,
                                     std::string const& partner, std::string_view stream,
                                     span const& days, core::utc_day open_from) {
  // One statement for all of them: there may be thousands, and each poll asks.
  auto sql = stream_query(R"(
WITH lacking AS (
  SELECT a.auth_id FROM {customers} a
  WHERE a.partner_id = :partner AND a.removed_at IS NULL AND (
    NOT EXISTS (SELECT FROM vobiz_sync.windows w
      WHERE (w.partner_id, w.stream, w.scope, w.day) = (:partner, :stream, a.auth_id, :first::date))
    OR NOT EXISTS (SELECT FROM vobiz_sync.windows w
      WHERE (w.partner_id, w.stream, w.scope, w.day) = (:partner, :stream, a.auth_id, :last::date))))
INSERT INTO vobiz_sync.windows (partner_id, stream, scope, day, state, set_aside)
SELECT :partner, :stream, c.auth_id, d::date, CASE WHEN d::date < :open_from::date THEN 'pending' ELSE 'open' END,
  EXISTS (SELECT FROM vobiz_sync.windows g
    WHERE (g.partner_id, g.stream, g.scope, g.day) = (:partner, :stream, '*', d::date) AND g.state = 'proven')
FROM lacking c CROSS JOIN generate_series(:first::date, :last::date, interval '1 day') AS d
WHERE NOT EXISTS (SELECT FROM vobiz_sync.windows w
  WHERE (w.partner_id, w.stream, w.scope, w.day) = (:partner, :stream, c.auth_id, d::date))
RETURNING 1)",
                          partner, stream);
  sql.with("customers", table(streams::customers()));
  sql.set("first", days.first).set("last", days.last).set("open_from", open_from);
  return count_of(execute(transaction, sql));
}

void fall_back(pqxx::transaction_base& transaction, window_key const& today,
               core::utc_day open_from, std::string const& error) {
  auto const run = [&](query sql) {
    sql.set("error", error).set("open_from", open_from);
    execute(transaction, sql);
  };
  execute(transaction, window_query(R"(
UPDATE vobiz_sync.refusals SET fallen_back = true
WHERE (partner_id, stream, scope) = (:partner, :stream, '*'))",
                                    today));
  run(window_query(R"(
DELETE FROM vobiz_sync.windows
WHERE (partner_id, stream, scope) = (:partner, :stream, '*') AND read_at IS NULL AND state <> 'pending'
  AND queued_at IS NULL AND day >= :open_from::date)",
                   today));
  run(window_query(R"(
UPDATE vobiz_sync.windows SET last_error = :error, state = CASE WHEN day < :open_from::date THEN 'pending'
    ELSE 'forbidden' END, set_aside = day >= :open_from::date, next_try_at = NULL
WHERE (partner_id, stream, scope) = (:partner, :stream, '*') AND day <> :day::date
  AND state NOT IN ('proven', 'pending') AND queued_at IS NULL AND NOT set_aside)",
                   today));
  run(window_query(R"(
INSERT INTO vobiz_sync.windows AS w (partner_id, stream, scope, day, state, requests, read_at, attempts, last_error,
  set_aside)
VALUES (:partner, :stream, '*', :day::date, 'forbidden', 1, now(), 1, :error, true)
ON CONFLICT (partner_id, stream, scope, day) DO UPDATE SET state = 'forbidden', proof = NULL,
  proven_at = NULL, queued_at = NULL, requests = w.requests + 1, read_at = now(),
  attempts = w.attempts + 1, last_error = excluded.last_error, set_aside = true)",
                   today));
}

bool expand_queued(pqxx::transaction_base& transaction, window_key const& key,
                   std::string const& error) {
  auto made = window_query(R"(
INSERT INTO vobiz_sync.windows AS w (partner_id, stream, scope, day, state, queued_at, set_aside)
SELECT g.partner_id, g.stream, a.auth_id, g.day, 'pending', g.queued_at, g.state = 'proven'
FROM vobiz_sync.windows g JOIN {customers} a ON a.partner_id = g.partner_id AND a.removed_at IS NULL
WHERE (g.partner_id, g.stream, g.scope, g.day) = (:partner, :stream, '*', :day::date)
ON CONFLICT (partner_id, stream, scope, day) DO UPDATE
  SET queued_at = coalesce(w.queued_at, excluded.queued_at)
RETURNING 1)",
                           key);
  made.with("customers", table(streams::customers()));
  if (execute(transaction, made).empty()) return false;
  auto moved = window_query(R"(
UPDATE vobiz_sync.windows SET queued_at = NULL, next_try_at = NULL,
  state = CASE WHEN state = 'proven' THEN state ELSE 'forbidden' END, set_aside = state <> 'proven',
  last_error = CASE WHEN state = 'proven' THEN last_error ELSE :error END
WHERE {this})",
                            key);
  execute(transaction, moved.with("this", this_window).set("error", error));
  return true;
}

void recall_global(pqxx::transaction_base& transaction, std::string const& partner,
                   std::string_view stream, core::utc_day open_from) {
  auto recalled = stream_query(R"(
WITH customers AS (
  SELECT day, bool_and(state = 'proven' OR set_aside) AS proven FROM vobiz_sync.windows
  WHERE (partner_id, stream) = (:partner, :stream) AND scope <> '*' GROUP BY day)
UPDATE vobiz_sync.windows w SET state = CASE WHEN day < :open_from::date THEN 'pending' ELSE 'open' END,
  next_try_at = NULL,
  set_aside = EXISTS (SELECT FROM customers c WHERE c.day = w.day AND c.proven)
WHERE (partner_id, stream, scope) = (:partner, :stream, '*') AND set_aside)",
                               partner, stream);
  execute(transaction, recalled.set("open_from", open_from));
  // What somebody asked to read of a customer stays, as long as its day was not expanded.
  auto const dropped = stream_query(R"(
DELETE FROM vobiz_sync.windows w
WHERE (partner_id, stream) = (:partner, :stream) AND scope <> '*' AND state <> 'proven'
  AND EXISTS (SELECT FROM vobiz_sync.windows g
    WHERE (g.partner_id, g.stream, g.scope, g.day) = (:partner, :stream, '*', w.day)
      AND (w.queued_at IS NULL OR g.last_error IS NOT NULL)))",
                                    partner, stream);
  execute(transaction, dropped);
}

std::int64_t drop_stand_ins(pqxx::transaction_base& transaction, std::string const& partner,
                            std::string_view stream) {
  auto sql = stream_query(R"(
DELETE FROM vobiz_sync.windows w
WHERE (partner_id, stream) = (:partner, :stream) AND scope <> '*' AND state <> 'proven' AND NOT set_aside
  AND state <> 'pending' AND queued_at IS NULL AND {has_global_proof} RETURNING 1)",
                          partner, stream);
  return count_of(execute(transaction, sql.with("has_global_proof", has_global_proof)));
}

std::int64_t set_global_aside(pqxx::transaction_base& transaction, std::string const& partner,
                              std::string_view stream) {
  auto const sql = stream_query(R"(
UPDATE vobiz_sync.windows SET set_aside = true
WHERE (partner_id, stream) = (:partner, :stream) AND scope = '*' AND state NOT IN ('proven', 'pending')
  AND queued_at IS NULL AND NOT set_aside RETURNING 1)",
                                partner, stream);
  return count_of(execute(transaction, sql));
}

std::int64_t give_up_customer(pqxx::transaction_base& transaction, window_key const& key,
                              std::string const& error) {
  auto sql = window_query(R"(
UPDATE vobiz_sync.windows w SET state = 'forbidden', queued_at = NULL, attempts = attempts + 1,
  next_try_at = now() + {pause}, last_error = :error, set_aside = set_aside OR NOT {is_present}
WHERE (partner_id, stream, scope) = (:partner, :stream, :scope) AND state <> 'proven'
RETURNING 1)",
                          key);
  sql.with("pause", pause_after("w.attempts")).with("is_present", is_present);
  sql.with("customers", table(streams::customers())).set("error", error);
  return count_of(execute(transaction, sql));
}

std::int64_t recall_customers(pqxx::transaction_base& transaction, std::string const& partner,
                              std::string_view stream) {
  auto sql = stream_query(R"(
UPDATE vobiz_sync.windows w SET set_aside = false, next_try_at = NULL
WHERE (partner_id, stream) = (:partner, :stream) AND scope <> '*' AND set_aside AND state = 'forbidden'
  AND {is_present} AND NOT {has_global_proof} RETURNING 1)",
                          partner, stream);
  sql.with("is_present", is_present).with("has_global_proof", has_global_proof);
  return count_of(execute(transaction, sql.with("customers", table(streams::customers()))));
}

std::vector<std::string> departed_customers(pqxx::transaction_base& transaction,
                                            std::string const& partner, std::string_view stream,
                                            core::utc_day first) {
  auto sql = stream_query(R"(
SELECT DISTINCT w.scope FROM vobiz_sync.windows w
WHERE (partner_id, stream) = (:partner, :stream) AND scope <> '*' AND day >= :first::date
  AND state <> 'proven' AND NOT set_aside AND state <> 'pending' AND NOT {is_present}
ORDER BY 1)",
                          partner, stream);
  sql.with("is_present", is_present).with("customers", table(streams::customers()));
  sql.set("first", first);
  std::vector<std::string> result;
  for (auto const& row : execute(transaction, sql)) result.emplace_back(row[0].c_str());
  return result;
}

}  // namespace vobiz::sink
