#pragma once

// The SQL of read_status.
namespace vobiz::ops {

inline constexpr char const* schema_sql = "SELECT max(version) FROM vobiz_sync.schema_migrations";

// Instants are seconds since the epoch.
inline constexpr char const* streams_sql = R"(
SELECT s.partner_id, p.name AS partner_name, s.stream, vobiz_sync.stream_state(s, l.holder IS NOT NULL) AS state,
  vobiz_sync.needs_attention(vobiz_sync.stream_state(s, l.holder IS NOT NULL)) AS needs_attention, s.start_date, s.synced_through,
  floor(extract(epoch FROM now() - s.last_success_at))::bigint AS lag,
  floor(extract(epoch FROM s.last_attempt_at))::bigint AS last_attempt_at,
  floor(extract(epoch FROM s.last_success_at))::bigint AS last_success_at,
  floor(extract(epoch FROM s.next_due_at))::bigint AS next_due_at,
  s.consecutive_failures, s.last_error, s.upkeep_error, l.holder,
  (SELECT count(*) FROM vobiz_sync.windows w WHERE (w.partner_id, w.stream) = (s.partner_id, s.stream)
   AND (w.queued_at IS NOT NULL OR w.state = 'pending')) AS queued,
  (SELECT count(*) FROM vobiz_sync.rejects x
   WHERE (x.partner_id, x.stream) = (s.partner_id, s.stream) AND x.resolved_at IS NULL) AS rejects,
  coalesce(r.requests, 0) AS requests, coalesce(r.inserted, 0) AS inserted,
  coalesce(r.updated, 0) AS updated, coalesce(r.unchanged, 0) AS unchanged
FROM vobiz_sync.streams s
LEFT JOIN vobiz.partners p ON p.auth_id = s.partner_id
LEFT JOIN vobiz_sync.leases l ON (l.partner_id, l.stream) = (s.partner_id, s.stream)
  AND l.expires_at > clock_timestamp()
LEFT JOIN LATERAL (
  SELECT * FROM vobiz_sync.runs r
  WHERE (r.partner_id, r.stream) = (s.partner_id, s.stream) AND r.command <> 'upkeep'
  ORDER BY r.id DESC LIMIT 1) r ON true
ORDER BY s.partner_id, s.stream)";

inline constexpr char const* windows_sql = R"(
SELECT partner_id, stream, state, count(*) AS windows FROM vobiz_sync.windows GROUP BY 1, 2, 3)";

// A lease tells of its holder to within the time it lasts.
inline constexpr char const* heard_sql = R"(
SELECT floor(extract(epoch FROM max(least(expires_at, clock_timestamp()))))::bigint AS heard_at FROM vobiz_sync.leases)";

// For a day read by account, only the accounts' windows count: the API refused the global one.
inline constexpr char const* days_sql = R"(
WITH ranked AS (
  SELECT partner_id, stream, day, scope <> '*' AS per_account,
    array_position(ARRAY['unread', 'proven', 'pending', 'open', 'forbidden', 'mismatch'], state) AS rank
  FROM vobiz_sync.windows WHERE day > (now() AT TIME ZONE 'UTC')::date - 371
  UNION ALL
  -- Days that a span contradicts.
  SELECT partner_id, stream, d.day::date, scope <> '*', 6
  FROM vobiz_sync.spans, generate_series(differs_from, differs_to, interval '1 day') d(day)
  WHERE NOT agrees AND d.day > (now() AT TIME ZONE 'UTC')::date - 371
  UNION ALL
  -- Days that are over, whether or not anybody has read them.
  SELECT partner_id, stream, d.day::date, false, 1
  FROM vobiz_sync.streams, generate_series(
    greatest(start_date, keep_from, (now() AT TIME ZONE 'UTC')::date - 370)::timestamp,
    ((now() AT TIME ZONE 'UTC')::date - 1)::timestamp, interval '1 day') d(day)
  WHERE is_enabled AND state <> 'unavailable' AND start_date IS NOT NULL)
SELECT partner_id, stream, day, (ARRAY['unread', 'proven', 'pending', 'open', 'forbidden', 'mismatch'])[
  coalesce(max(rank) FILTER (WHERE per_account), max(rank))] AS state
FROM ranked GROUP BY 1, 2, 3 ORDER BY 1, 2, 3)";

inline constexpr char const* spans_sql = R"(
SELECT partner_id, stream, scope, first_day, last_day, coalesce(api_total, 0) AS api_total, stored, difference,
  differs_from, differs_to
FROM vobiz_sync.spans WHERE NOT agrees ORDER BY partner_id, stream, last_day DESC, first_day DESC, scope)";

// Of each stream the first lists that were refused: a partner may have thousands of customers.
inline constexpr char const* refusals_sql = R"(
SELECT partner_id, stream, scope, attempts, fallen_back, last_error, of_all,
  floor(extract(epoch FROM refused_since))::bigint AS refused_since,
  floor(extract(epoch FROM next_try_at))::bigint AS next_try_at
FROM (
  SELECT *, count(*) OVER (PARTITION BY partner_id, stream) AS of_all,
    row_number() OVER (PARTITION BY partner_id, stream ORDER BY scope <> '*', refused_since, scope) AS place
  FROM vobiz_sync.refusals) r
WHERE place <= 5 ORDER BY partner_id, stream, place)";

inline constexpr char const* hours_sql = R"(
SELECT partner_id, stream, floor(extract(epoch FROM now() - started_at) / 3600)::integer AS hours_ago,
  sum(inserted + updated)::bigint AS rows, sum(requests)::bigint AS requests
FROM vobiz_sync.runs WHERE started_at > now() - interval '24 hours' AND started_at <= now()
GROUP BY 1, 2, 3)";

inline constexpr char const* runs_sql = R"(
SELECT id, partner_id, stream, command, outcome, requests, inserted, updated, removed, rejected, error,
  floor(extract(epoch FROM started_at))::bigint AS started_at,
  (extract(epoch FROM finished_at - started_at) * 1000)::bigint AS milliseconds
FROM vobiz_sync.runs WHERE started_at > now() - interval '7 days'
  AND (outcome <> 'ok' OR inserted + updated + removed + rejected > 0)
ORDER BY id DESC LIMIT 20)";

// An estimate from the statistics: the service's role cannot read partitions, and a count would
// scan the table.
inline constexpr char const* default_partition_sql = R"(
SELECT coalesce(pg_stat_get_live_tuples(c.oid), 0) AS rows
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE (n.nspname, c.relname) = ('vobiz_part', :partition))";

// This schema may be newer or older than the program, so a table may be missing.
inline constexpr char const* has_breaks_sql = R"(
SELECT count(*) = 3 AS there FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE (n.nspname, c.relname) = ('vobiz', 'reconciliation_breaks')
  AND a.attname IN ('partner_id', 'check_name', 'state') AND NOT a.attisdropped)";

inline constexpr char const* has_alerts_sql = R"(
SELECT to_regclass('vobiz.alerts') IS NOT NULL AS there)";

inline constexpr char const* alerts_sql = R"(
SELECT partner_id, kind, count(*) AS alerts FROM vobiz.alerts WHERE ended_at IS NULL GROUP BY 1, 2 ORDER BY 1, 2)";

inline constexpr char const* breaks_sql = R"(
SELECT partner_id, check_name, count(*) AS breaks FROM vobiz.reconciliation_breaks
WHERE state = 'open' GROUP BY 1, 2 ORDER BY 1, 2)";

}  // namespace vobiz::ops
