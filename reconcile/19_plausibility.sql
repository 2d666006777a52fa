-- check: plausibility
-- version: 1
-- inputs: cdrs
-- wait: 0h
-- formula: per call, what the record says could have happened: it lasts no longer than a day; an unanswered call does
--   not ring longer than three minutes; the time from its answer to its end is billed; where the record states a ring
--   time, ring + billsec = duration
-- tolerance: 24 h; 180 s; 2 s, and 2 s
-- break: too_long: a call that never ended, and is charged; hidden_talk: talk may be recorded as ringing; billsec_cut:
--   seconds of talk that nobody bills; parts_differ: ring and talk are not the call's duration. One of them for a call
-- action: ask the provider for the record of its switch (sip_call_id, progress_time, answer_time)
WITH calls AS MATERIALIZED (
  SELECT c.account_id, coalesce(c.currency, vobiz.account_currency(c.account_id)) AS currency, c.uuid,
    coalesce(c.billsec, 0) AS billsec, coalesce(c.duration, 0) AS duration, c.ring_time,
    extract(epoch FROM c.end_time - c.answer_time) AS talk
  FROM vobiz.cdrs c
  WHERE c.partner_id = :'partner' AND c.start_time >= :'from'::timestamptz AND c.start_time < :'to'::timestamptz
    AND c.removed_at IS NULL),
judged AS MATERIALIZED (
  SELECT c.*, CASE
      WHEN greatest(billsec, duration, talk) > 86400 THEN 'too_long'
      WHEN billsec = 0 AND duration > 180 THEN 'hidden_talk'
      WHEN billsec > 0 AND talk - billsec > 2 THEN 'billsec_cut'
      WHEN ring_time IS NOT NULL AND abs(ring_time + billsec - duration) > 2 THEN 'parts_differ' END AS kind
  FROM calls c)
SELECT account_id, currency, NULL::text AS kind, NULL::text AS row_key, NULL::numeric AS expected,
  NULL::numeric AS actual, 2::numeric AS tolerance, count(*) AS rows, false AS inconclusive, NULL::text AS reason
FROM judged GROUP BY account_id, currency
UNION ALL
SELECT j.account_id, '*', j.kind, j.uuid::text, k.expected, k.actual, k.tolerance, NULL, NULL, k.reason
FROM judged j
CROSS JOIN LATERAL (VALUES
  ('too_long', 86400, greatest(j.billsec, j.duration, j.talk), 0,
    format('%s s', greatest(j.billsec, j.duration, j.talk))),
  ('hidden_talk', 180, j.duration, 0, format('%s s without an answer', j.duration)),
  ('billsec_cut', round(j.talk, 3), j.billsec, 2, format('%s s from answer to end, %s s billed', round(j.talk),
    j.billsec)),
  ('parts_differ', j.duration, j.ring_time + j.billsec, 2, format('%s s of ring and %s s billed of %s s', j.ring_time,
    j.billsec, j.duration))) k (kind, expected, actual, tolerance, reason)
WHERE k.kind = j.kind
