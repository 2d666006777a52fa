-- check: cdr_arithmetic
-- version: 1
-- inputs: cdrs
-- wait: 0h
-- formula: per call, total_cost = cost + streaming_cost; start <= answer <= end; billsec <= duration + 1; answered
--   exactly when billsec > 0; no negative amount
-- tolerance: one minor unit for total_cost, one second for billsec
-- break: total_cost, order_of_times, billsec, answered or negative: the record of the call contradicts itself
-- action: ask the provider for a corrected record; what was charged for the call is call_charge's
WITH calls AS MATERIALIZED (
  SELECT c.account_id, coalesce(c.currency, vobiz.account_currency(c.account_id)) AS currency, c.uuid, c.cost,
    c.streaming_cost, c.total_cost, c.start_time, c.answer_time, c.end_time, c.billsec, c.duration
  FROM vobiz.cdrs c
  WHERE c.partner_id = :'partner' AND c.start_time >= :'from'::timestamptz AND c.start_time < :'to'::timestamptz
    AND c.removed_at IS NULL),
units AS MATERIALIZED (
  SELECT currency, vobiz.minor_unit(:'partner', currency) AS unit FROM (SELECT DISTINCT currency FROM calls) c)
SELECT account_id, currency, NULL::text AS kind, NULL::text AS row_key, sum(cost) + coalesce(sum(streaming_cost), 0) AS expected,
  sum(total_cost) AS actual, max(unit) AS tolerance, count(*) AS rows, false AS inconclusive, NULL::text AS reason
FROM calls JOIN units USING (currency) GROUP BY account_id, currency
UNION ALL
SELECT c.account_id, c.currency, r.kind, c.uuid::text, r.expected, r.actual, r.tolerance, NULL, NULL, r.reason
FROM calls c JOIN units u USING (currency)
CROSS JOIN LATERAL (VALUES
  ('total_cost', abs(c.total_cost - c.cost - coalesce(c.streaming_cost, 0)) > u.unit,
    c.cost + coalesce(c.streaming_cost, 0), c.total_cost, u.unit, 'total_cost is not cost + streaming_cost'),
  ('order_of_times', c.answer_time < c.start_time OR c.end_time < coalesce(c.answer_time, c.start_time),
    NULL, NULL, NULL, format('starts %s, answered %s, ends %s', c.start_time, c.answer_time, c.end_time)),
  ('billsec', c.billsec > c.duration + 1, c.duration, c.billsec, 1, 'more seconds billed than the call lasted'),
  ('answered', (c.answer_time IS NOT NULL) <> (coalesce(c.billsec, 0) > 0), NULL, c.billsec, NULL,
    CASE WHEN c.answer_time IS NULL THEN 'billed without an answer' ELSE 'answered without a billed second' END),
  ('negative', least(c.cost, c.streaming_cost, c.total_cost) < 0, 0, least(c.cost, c.streaming_cost, c.total_cost), 0,
    'an amount below zero')) r (kind, broken, expected, actual, tolerance, reason)
WHERE r.broken
