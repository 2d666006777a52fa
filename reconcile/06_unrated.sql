-- check: unrated
-- version: 2
-- inputs: cdrs, transactions, accounts
-- wait: 24h
-- formula: per call, 24 hours after it: answered with billsec > 0 has a cost (unless the price list of its day and
--   currency says 0 a minute); unanswered has none, unless it is that list's fee for non-connected calls or the
--   ledger holds such a fee (ncc) for it
-- tolerance: 0 for a missing cost, one minor unit for the fee
-- break: no_cost: a call that nobody will ever pay for; unexplained_cost: money for a call that was never answered
-- action: have the provider rate the call, or take the cost back
WITH prices AS MATERIALIZED (
  SELECT * FROM vobiz.price_lists_of(:'partner', :'from'::timestamptz, :'to'::timestamptz)),
calls AS MATERIALIZED (
  SELECT c.account_id, coalesce(c.currency, vobiz.account_currency(c.account_id)) AS currency, c.uuid, c.start_time,
    coalesce(c.total_cost, 0) AS total_cost, coalesce(c.billsec, 0) AS billsec
  FROM vobiz.cdrs c
  WHERE c.partner_id = :'partner' AND c.start_time >= :'from'::timestamptz AND c.start_time < :'to'::timestamptz
    AND c.removed_at IS NULL),
units AS MATERIALIZED (
  SELECT currency, vobiz.minor_unit(:'partner', currency) AS unit FROM (SELECT DISTINCT currency FROM calls) c)
SELECT account_id, currency, NULL::text AS kind, NULL::text AS row_key, NULL::numeric AS expected,
  NULL::numeric AS actual,
  0::numeric AS tolerance, count(*) AS rows, false AS inconclusive, NULL::text AS reason
FROM calls GROUP BY account_id, currency
UNION ALL
SELECT account_id, currency, 'no_cost', uuid::text, NULL, total_cost, 0, NULL, NULL,
  format('%s s without a cost', billsec)
FROM calls c
WHERE billsec > 0 AND total_cost = 0 AND NOT EXISTS (SELECT FROM prices p
  WHERE (p.account_id, p.currency) = (c.account_id, c.currency) AND c.start_time >= p.maybe_from
    AND c.start_time < p.valid_until AND p.rate = 0)
UNION ALL
SELECT c.account_id, c.currency, 'unexplained_cost', c.uuid::text, coalesce(p.fee, 0), c.total_cost, u.unit, NULL, NULL,
  'a cost, but no answer'
FROM calls c JOIN units u USING (currency)
LEFT JOIN LATERAL (
  SELECT p.fee FROM prices p
  WHERE (p.account_id, p.currency) = (c.account_id, c.currency) AND c.start_time >= p.maybe_from
    AND c.start_time < p.valid_until
  ORDER BY abs(c.total_cost - p.fee) LIMIT 1) p ON true
WHERE c.billsec = 0 AND c.total_cost > 0 AND abs(c.total_cost - coalesce(p.fee, 0)) > u.unit
  AND NOT EXISTS (SELECT FROM vobiz.transactions t
    WHERE t.cdr_uuid = c.uuid AND t.account_id = c.account_id AND t.removed_at IS NULL AND t.reference_type = 'ncc'
      AND NOT vobiz.is_credit(t.type) AND abs(t.amount - c.total_cost) <= u.unit)
