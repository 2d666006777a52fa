-- check: plausibility
-- version: 2
-- inputs: cdrs
-- wait: 0h
-- formula: per call, what the record says could have happened: it lasts no longer than a day; an unanswered call does
--   not ring longer than three minutes; the time from its answer to its end is billed; where the record states a ring
--   time, ring + billsec = duration. Of the provider's own figures (the day's analytics, the day in the dashboard, the
--   newest dashboard read from the day's beginning until a day after its end): inbound + outbound = all,
--   sip_trunking + voice_api = all, answered + failed = all, for calls, answered calls, minutes and cost; and the
--   dashboard's totals = the sum of its days, as long as none of these has changed since it was read. Where both splits
--   of the analytics agree with each other, it is the total that is off, and provider_totals holds it against the calls
-- tolerance: 24 h; 180 s; 2 s, and 2 s; of figures that are added up 0 calls, and half a unit for each of them and for
--   the total: 0.01 minutes, one minor unit
-- break: too_long: a call that never ended, and is charged; hidden_talk: talk may be recorded as ringing; billsec_cut:
--   seconds of talk that nobody bills; parts_differ: ring and talk are not the call's duration. One of them for a call.
--   split_differs: parts of the provider's figures are not their total; days_differ: nor are the dashboard's days
-- action: ask the provider for the record of its switch (sip_call_id, progress_time, answer_time), or what its figures
--   count; provider_totals says whether they agree with its list of calls
WITH judged AS MATERIALIZED (
  SELECT c.account_id, coalesce(c.currency, vobiz.account_currency(c.account_id)) AS currency, c.uuid, d.billsec,
    d.duration, c.ring_time, d.talk, CASE
      WHEN greatest(d.billsec, d.duration) > 86400 OR d.talk > interval '86400 seconds' THEN 'too_long'
      WHEN d.billsec = 0 AND d.duration > 180 THEN 'hidden_talk'
      WHEN d.billsec > 0 AND d.talk > (d.billsec + 2) * interval '1 second' THEN 'billsec_cut'
      WHEN c.ring_time IS NOT NULL AND abs(c.ring_time + d.billsec - d.duration) > 2 THEN 'parts_differ' END AS kind
  FROM vobiz.cdrs c
  CROSS JOIN LATERAL (SELECT coalesce(c.billsec, 0) AS billsec, coalesce(c.duration, 0) AS duration,
    c.end_time - c.answer_time AS talk) d
  WHERE c.partner_id = :'partner' AND c.start_time >= :'from'::timestamptz AND c.start_time < :'to'::timestamptz
    AND c.removed_at IS NULL),
-- Few calls need the words.
odd AS MATERIALIZED (
  SELECT account_id, uuid, billsec, duration, ring_time, extract(epoch FROM talk) AS talk, kind
  FROM judged WHERE kind IS NOT NULL),
-- The period is a text of the provider; other shapes have none.
dashboard AS MATERIALIZED (
  SELECT d.*, w.starts, w.ends FROM vobiz.dashboard_snapshots d
  CROSS JOIN LATERAL (SELECT
    CASE WHEN d.period_from ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}' THEN left(d.period_from, 10)::date END AS starts,
    CASE WHEN d.period_to ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}' THEN left(d.period_to, 10)::date END AS ends) w
  WHERE d.partner_id = :'partner' AND d.captured_at >= :'from'::timestamptz
    AND d.captured_at < :'to'::timestamptz + interval '1 day'
  ORDER BY d.captured_at DESC LIMIT 1),
figures AS (
  SELECT 'analytics' AS whose, a.currency, a.failed_calls, a.total_calls, a.answered_calls, a.total_minutes,
    a.total_cost, a.inbound_total_calls, a.inbound_answered_calls, a.inbound_total_minutes, a.inbound_total_cost,
    a.outbound_total_calls, a.outbound_answered_calls, a.outbound_total_minutes, a.outbound_total_cost,
    a.sip_trunking_total_calls, a.sip_trunking_answered_calls, a.sip_trunking_total_minutes,
    a.sip_trunking_total_cost, a.voice_api_total_calls, a.voice_api_answered_calls, a.voice_api_total_minutes,
    a.voice_api_total_cost
  FROM vobiz.analytics_daily a WHERE a.partner_id = :'partner' AND a.day = :'day'::date
  UNION ALL
  SELECT 'dashboard', d.currency, NULL, d.total_calls, d.answered_calls, d.total_minutes,
    d.total_cost, d.inbound_total_calls, d.inbound_answered_calls, d.inbound_total_minutes, d.inbound_total_cost,
    d.outbound_total_calls, d.outbound_answered_calls, d.outbound_total_minutes, d.outbound_total_cost,
    d.sip_trunking_total_calls, d.sip_trunking_answered_calls, d.sip_trunking_total_minutes,
    d.sip_trunking_total_cost, d.voice_api_total_calls, d.voice_api_answered_calls, d.voice_api_total_minutes,
    d.voice_api_total_cost
  FROM dashboard d
  UNION ALL
  SELECT 'dashboard day', NULL, NULL, d.total_calls, d.answered_calls, d.total_minutes,
    d.total_cost, d.inbound_total_calls, d.inbound_answered_calls, d.inbound_total_minutes, d.inbound_total_cost,
    d.outbound_total_calls, d.outbound_answered_calls, d.outbound_total_minutes, d.outbound_total_cost,
    NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
  FROM vobiz.dashboard_daily d WHERE d.partner_id = :'partner' AND d.day = :'day'::date),
days AS (
  SELECT d.currency, d.total_calls, d.answered_calls, d.total_minutes, d.total_cost, s.*
  FROM dashboard d CROSS JOIN LATERAL (
    SELECT count(*) AS days, sum(s.total_calls) AS calls, sum(s.answered_calls) AS answered,
      sum(s.total_minutes) AS minutes, sum(s.total_cost) AS cost, max(s.changed_at) AS changed_at
    FROM vobiz.dashboard_daily s
    WHERE s.partner_id = :'partner' AND s.day BETWEEN d.starts AND d.ends) s
  WHERE s.changed_at <= d.captured_at),
added_up AS (
  SELECT 'split_differs' AS kind, f.whose || ' ' || p.split AS what, f.currency, p.figure, p.total::numeric,
    p.parts::numeric, 2 AS pieces
  FROM figures f CROSS JOIN LATERAL (VALUES
    ('outcomes', 'calls', f.total_calls, f.answered_calls + f.failed_calls),
    ('directions', 'calls', f.total_calls, f.inbound_total_calls + f.outbound_total_calls),
    ('directions', 'answered', f.answered_calls, f.inbound_answered_calls + f.outbound_answered_calls),
    ('directions', 'minutes', f.total_minutes, f.inbound_total_minutes + f.outbound_total_minutes),
    ('directions', 'cost', f.total_cost, f.inbound_total_cost + f.outbound_total_cost),
    ('products', 'calls', f.total_calls, f.sip_trunking_total_calls + f.voice_api_total_calls),
    ('products', 'answered', f.answered_calls, f.sip_trunking_answered_calls + f.voice_api_answered_calls),
    ('products', 'minutes', f.total_minutes, f.sip_trunking_total_minutes + f.voice_api_total_minutes),
    ('products', 'cost', f.total_cost, f.sip_trunking_total_cost + f.voice_api_total_cost))
    p (split, figure, total, parts)
  UNION ALL
  SELECT 'days_differ', 'dashboard days', d.currency, p.figure, p.total, p.parts, d.days
  FROM days d CROSS JOIN LATERAL (VALUES
    ('calls', d.total_calls::numeric, d.calls), ('answered', d.answered_calls, d.answered),
    ('minutes', d.total_minutes, d.minutes), ('cost', d.total_cost, d.cost)) p (figure, total, parts)),
compared AS (
  SELECT a.kind, a.what, a.figure, a.total, a.parts, o.parts AS other_parts,
    CASE WHEN a.figure = 'cost' THEN c.paid_in ELSE '*' END AS currency,
    CASE a.figure WHEN 'minutes' THEN 0.005 * (a.pieces + 1)
      WHEN 'cost' THEN vobiz.minor_unit(:'partner', c.paid_in) / 2 * (a.pieces + 1) ELSE 0 END AS tolerance
  FROM added_up a CROSS JOIN LATERAL (
    SELECT coalesce(a.currency, (SELECT p.currency FROM vobiz.partners p WHERE p.auth_id = :'partner'), 'XXX')
      AS paid_in) c
  LEFT JOIN added_up o ON o.figure = a.figure AND o.what = CASE a.what
    WHEN 'analytics directions' THEN 'analytics products' WHEN 'analytics products' THEN 'analytics directions' END)
SELECT account_id, currency, NULL::text AS kind, NULL::text AS row_key, NULL::numeric AS expected,
  NULL::numeric AS actual, 2::numeric AS tolerance, count(*) AS rows, false AS inconclusive, NULL::text AS reason
FROM judged GROUP BY account_id, currency
UNION ALL
SELECT j.account_id, '*', j.kind, j.uuid::text, k.expected, k.actual, k.tolerance, NULL, NULL, k.reason
FROM odd j
CROSS JOIN LATERAL (VALUES
  ('too_long', 86400, greatest(j.billsec, j.duration, j.talk), 0,
    format('%s s', greatest(j.billsec, j.duration, j.talk))),
  ('hidden_talk', 180, j.duration, 0, format('%s s without an answer', j.duration)),
  ('billsec_cut', round(j.talk, 3), j.billsec, 2, format('%s s from answer to end, %s s billed', round(j.talk),
    j.billsec)),
  ('parts_differ', j.duration, j.ring_time + j.billsec, 2, format('%s s of ring and %s s billed of %s s', j.ring_time,
    j.billsec, j.duration))) k (kind, expected, actual, tolerance, reason)
WHERE k.kind = j.kind
UNION ALL
SELECT '*', currency, kind, what || ' ' || figure, total, parts, tolerance, NULL, NULL,
  format('%s: %s add up to %s, the total is %s', what, figure, parts, total)
FROM compared WHERE abs(parts - total) > tolerance AND (abs(parts - other_parts) <= tolerance) IS NOT TRUE
