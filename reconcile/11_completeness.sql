-- check: completeness
-- version: 2
-- inputs: cdrs, transactions, analytics
-- wait: 0h
-- formula: every window of the day is proven (else the check is not run) and holds no row that could not be stored;
--   the calls of each hour are at least 30 % of the median of the same hour in the last 8 weeks (3 or more of them
--   proven, median 50 or more); no customer without any call who had 10 or more on the same weekday of each of the last
--   4 weeks, and is still one and active; no two answered calls of one customer and direction have the same numbers,
--   billable seconds and answer time, give or take a second
-- tolerance: 0 rows; 70 % of the median; 0 calls; 1 s
-- break: rejected_rows: see vobiz_sync.rejects; low_volume: an hour is nearly empty, at the provider or at the
--   customers; silent_customer: calls of a customer may be missing, or do not come in; near_duplicate: one call may be
--   recorded and charged twice under two uuids
-- action: for low_volume ask operations; for near_duplicate ask the provider for the sip_call_id of both
WITH calls AS MATERIALIZED (
  SELECT c.account_id, coalesce(c.currency, vobiz.account_currency(c.account_id)) AS currency, c.uuid, c.start_time,
    c.call_direction, c.caller_id_number, c.destination_number, c.billsec, c.answer_time,
    coalesce(c.total_cost, 0) AS total_cost
  FROM vobiz.cdrs c
  WHERE c.partner_id = :'partner' AND c.start_time >= :'from'::timestamptz AND c.start_time < :'to'::timestamptz
    AND c.removed_at IS NULL),
weeks AS MATERIALIZED (
  SELECT s.starts, s.ends
  FROM generate_series(1, 8) k
  CROSS JOIN LATERAL (
    SELECT (:'day'::date - 7 * k)::timestamp AT TIME ZONE :'zone' AS starts,
      (:'day'::date - 7 * k + 1)::timestamp AT TIME ZONE :'zone' AS ends) s
  WHERE NOT EXISTS (
    SELECT FROM vobiz_sync.day_proofs(:'partner', 'cdrs', (s.starts AT TIME ZONE 'UTC')::date,
      ((s.ends - interval '1 second') AT TIME ZONE 'UTC')::date) p WHERE p.missing IS NOT NULL)),
before AS MATERIALIZED (
  SELECT w.starts, floor(extract(epoch FROM c.start_time - w.starts) / 3600)::integer AS hour, count(*) AS calls
  FROM weeks w JOIN vobiz.cdrs c ON c.partner_id = :'partner' AND c.start_time >= w.starts AND c.start_time < w.ends
    AND c.removed_at IS NULL
  GROUP BY 1, 2),
hours AS (
  SELECT h.hour, percentile_cont(0.5) WITHIN GROUP (ORDER BY coalesce(b.calls, 0))::numeric AS usual,
    (SELECT count(*) FROM calls c
     WHERE c.start_time >= :'from'::timestamptz + h.hour * interval '1 hour'
       AND c.start_time < :'from'::timestamptz + (h.hour + 1) * interval '1 hour') AS calls
  FROM generate_series(0, 23) AS h (hour) CROSS JOIN weeks w
  LEFT JOIN before b ON b.starts = w.starts AND b.hour = h.hour
  GROUP BY h.hour HAVING count(*) >= 3),
twins AS (
  SELECT c.*, lag(c.uuid) OVER pair AS other, lag(c.answer_time) OVER pair AS answered_before
  FROM calls c WHERE c.billsec > 0 AND c.answer_time IS NOT NULL
  WINDOW pair AS (PARTITION BY c.account_id, c.call_direction, c.caller_id_number, c.destination_number, c.billsec
    ORDER BY c.answer_time, c.uuid)),
-- Who has no call on the day is few, and looked up by customer.
silent AS (
  SELECT q.account_id, min(w.calls) AS usual
  FROM (
    SELECT a.auth_id AS account_id FROM vobiz.accounts a
    WHERE a.partner_id = :'partner' AND a.removed_at IS NULL
      AND coalesce(a.is_active, lower(a.status) = 'active', true)
    EXCEPT SELECT account_id FROM calls) q
  CROSS JOIN (SELECT * FROM weeks ORDER BY starts DESC LIMIT 4) k
  CROSS JOIN LATERAL (
    SELECT count(*) AS calls FROM vobiz.cdrs c
    WHERE c.account_id = q.account_id AND c.start_time >= k.starts AND c.start_time < k.ends AND c.removed_at IS NULL)
    w
  GROUP BY q.account_id HAVING count(*) = 4 AND min(w.calls) >= 10),
rejected AS (
  SELECT r.stream, count(*) AS n FROM vobiz_sync.rejects r
  WHERE r.partner_id = :'partner' AND r.stream IN ('cdrs', 'transactions', 'analytics') AND r.resolved_at IS NULL
    AND r.window_day BETWEEN (:'from'::timestamptz AT TIME ZONE 'UTC')::date
      AND ((:'to'::timestamptz - interval '1 second') AT TIME ZONE 'UTC')::date
  GROUP BY r.stream)
SELECT '*' AS account_id, '*' AS currency, NULL::text AS kind, NULL::text AS row_key, NULL::numeric AS expected,
  NULL::numeric AS actual, NULL::numeric AS tolerance, (SELECT count(*) FROM calls) AS rows, false AS inconclusive,
  CASE WHEN (SELECT count(*) FROM weeks) < 3
    THEN format('volume by hour not judged: %s of the last 8 weeks are proven, 3 are needed',
    (SELECT count(*) FROM weeks)) END AS reason
UNION ALL
SELECT '*', '*', 'rejected_rows', stream, 0, n, 0, NULL, NULL,
  format('%s rows of %s could not be stored', n, stream) FROM rejected
UNION ALL
SELECT '*', '*', 'low_volume', lpad(hour::text, 2, '0') || ':00', usual, calls, usual * 0.7, NULL, NULL,
  format('%s calls in the hour from %s:00, usually %s', calls, lpad(hour::text, 2, '0'), usual)
FROM hours WHERE usual >= 50 AND calls < usual * 0.3
UNION ALL
SELECT account_id, '*', 'silent_customer', 'calls', usual, 0, usual, NULL, NULL,
  format('no call; at least %s on this weekday in the last 4 weeks', usual)
FROM silent
UNION ALL
SELECT account_id, currency, 'near_duplicate', uuid::text, 0, total_cost, NULL, NULL, NULL,
  format('the same call as %s', other)
FROM twins WHERE answer_time - answered_before <= interval '1 second'
