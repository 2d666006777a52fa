#include "vobiz/sink/cursor.hpp"

#include "window_sql.hpp"

namespace vobiz::sink {

namespace {

// The day before the first that must not be passed, and whether the cursor stands there. The
// subquery, and not min(), so that the index answers.
constexpr char const* first_unproven = R"(
SELECT s.start_date AS start, u.day - 1 AS through,
  u.day IS NOT NULL AND s.synced_through IS NOT DISTINCT FROM CASE WHEN u.day > s.start_date THEN u.day - 1 END AS stands
FROM vobiz_sync.streams s LEFT JOIN LATERAL (
  SELECT w.day FROM vobiz_sync.windows w
  WHERE (w.partner_id, w.stream) = (s.partner_id, s.stream) AND w.day >= s.start_date
    AND w.state <> 'proven' AND NOT w.set_aside
  ORDER BY w.day LIMIT 1) u ON true
WHERE (s.partner_id, s.stream) = (:partner, :stream) AND s.start_date IS NOT NULL)";

// From the start on, day after day, while there is a proof of it. The customers are found by
// jumping from one to the next in the key, since a day's windows cannot be found without them.
constexpr char const* move_cursor = R"(
WITH RECURSIVE customers(scope) AS MATERIALIZED (
  (SELECT w.scope FROM vobiz_sync.windows w
   WHERE (w.partner_id, w.stream) = (:partner, :stream) ORDER BY w.scope LIMIT 1)
  UNION ALL
  SELECT (SELECT w.scope FROM vobiz_sync.windows w
    WHERE (w.partner_id, w.stream) = (:partner, :stream) AND w.scope > c.scope ORDER BY w.scope LIMIT 1)
  FROM customers c WHERE c.scope IS NOT NULL),
days(day) AS (
  SELECT :start::date - 1
  UNION ALL
  SELECT d.day + 1 FROM days d
  WHERE (:through::date IS NULL OR d.day < :through::date) AND (
    EXISTS (SELECT FROM vobiz_sync.windows w
      WHERE (w.partner_id, w.stream, w.scope, w.day) = (:partner, :stream, '*', d.day + 1) AND w.state = 'proven')
    OR EXISTS (SELECT FROM customers c CROSS JOIN LATERAL (SELECT FROM vobiz_sync.windows w
      WHERE (w.partner_id, w.stream, w.scope, w.day) = (:partner, :stream, c.scope, d.day + 1)
        AND w.state = 'proven' OFFSET 0) w)))
UPDATE vobiz_sync.streams s SET synced_through = c.through
FROM (SELECT nullif(max(day), :start::date - 1) AS through FROM days) c
WHERE (s.partner_id, s.stream) = (:partner, :stream) AND s.synced_through IS DISTINCT FROM c.through)";

}  // namespace

void update_cursor(pqxx::transaction_base& transaction, std::string const& partner,
                   std::string_view stream) {
  // Windows of a stream are concluded side by side: who comes second has to see what the first
  // commits.
  constexpr char const* lock =
      "SELECT pg_advisory_xact_lock(hashtextextended('vobiz cursor ' || :partner || ' ' || "
      ":stream, "
      "0))";
  execute(transaction, stream_query(lock, partner, stream));
  auto const found = execute(transaction, stream_query(first_unproven, partner, stream));
  if (found.empty() || found[0]["stands"].as<bool>()) return;
  auto move = stream_query(move_cursor, partner, stream);
  move.set("start", text_of(found[0]["start"])).set("through", text_of(found[0]["through"]));
  execute(transaction, move);
}

}  // namespace vobiz::sink
