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
  SELECT currency, vobiz.minor_unit(:'partner', currency) AS unit FROM (SELECT DISTINCT currency FROM calls) c),
judged AS MATERIALIZED (
  SELECT c.*, u.unit, abs(c.total_cost - c.cost - coalesce(c.streaming_cost, 0)) > u.unit AS sum_is_wrong,
    c.answer_time < c.start_time OR c.end_time < coalesce(c.answer_time, c.start_time) AS order_is_wrong,
    c.billsec > c.duration + 1 AS billsec_is_wrong,
    (c.answer_time IS NOT NULL) <> (coalesce(c.billsec, 0) > 0) AS answer_is_wrong,
    least(c.cost, c.streaming_cost, c.total_cost) < 0 AS sign_is_wrong
  FROM calls c JOIN units u USING (currency))
SELECT account_id, currency, NULL::text AS kind, NULL::text AS row_key,
  sum(cost) + coalesce(sum(streaming_cost), 0) AS expected,
  sum(total_cost) AS actual, max(unit) AS tolerance, count(*) AS rows, false AS inconclusive, NULL::text AS reason
FROM judged GROUP BY account_id, currency
UNION ALL
SELECT c.account_id, c.currency, r.kind, c.uuid::text, r.expected, r.actual, r.tolerance, NULL, NULL, r.reason
FROM judged c
CROSS JOIN LATERAL (VALUES
  ('total_cost', c.sum_is_wrong, c.cost + coalesce(c.streaming_cost, 0), c.total_cost, c.unit,
    'total_cost is not cost + streaming_cost'),
  ('order_of_times', c.order_is_wrong, NULL, NULL, NULL,
    format('starts %s, answered %s, ends %s', c.start_time, c.answer_time, c.end_time)),
  ('billsec', c.billsec_is_wrong, c.duration, c.billsec, 1, 'more seconds billed than the call lasted'),
  ('answered', c.answer_is_wrong, NULL, c.billsec, NULL,
    CASE WHEN c.answer_time IS NULL THEN 'billed without an answer' ELSE 'answered without a billed second' END),
  ('negative', c.sign_is_wrong, 0, least(c.cost, c.streaming_cost, c.total_cost), 0, 'an amount below zero'))
  r (kind, broken, expected, actual, tolerance, reason)
-- The texts are made of the few calls that need one.
WHERE r.broken
  AND (c.sum_is_wrong OR c.order_is_wrong OR c.billsec_is_wrong OR c.answer_is_wrong OR c.sign_is_wrong)
