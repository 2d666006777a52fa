-- check: unrated
-- version: 1
-- inputs: cdrs, transactions, accounts
-- wait: 24h
-- formula: per call, 24 hours after it: answered with billsec > 0 has a cost (unless the account's price list says 0
--   a minute); unanswered has none, unless it is the price list's fee for non-connected calls or the ledger
--   holds such a fee (ncc) for it
-- tolerance: 0 for a missing cost, one minor unit for the fee
-- break: no_cost: a call that nobody will ever pay for; unexplained_cost: money for a call that was never answered
-- action: have the provider rate the call, or take the cost back
WITH calls AS MATERIALIZED (
  SELECT c.account_id, coalesce(c.currency, vobiz.account_currency(c.account_id)) AS currency, c.uuid,
    coalesce(c.total_cost, 0) AS total_cost, coalesce(c.billsec, 0) AS billsec, p.rate_per_minute,
    CASE WHEN p.charge_non_connected_calls THEN p.non_connected_call_fee END AS fee
  FROM vobiz.cdrs c
  LEFT JOIN vobiz.accounts a ON a.auth_id = c.account_id
  LEFT JOIN vobiz.pricing_tiers p ON p.id = a.pricing_tier_id
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
FROM calls WHERE billsec > 0 AND total_cost = 0 AND rate_per_minute IS DISTINCT FROM 0
UNION ALL
SELECT c.account_id, c.currency, 'unexplained_cost', c.uuid::text, coalesce(c.fee, 0), c.total_cost, u.unit, NULL, NULL,
  'a cost, but no answer'
FROM calls c JOIN units u USING (currency)
WHERE c.billsec = 0 AND c.total_cost > 0 AND abs(c.total_cost - coalesce(c.fee, 0)) > u.unit
  AND NOT EXISTS (SELECT FROM vobiz.transactions t
    WHERE t.cdr_uuid = c.uuid AND t.account_id = c.account_id AND t.removed_at IS NULL AND t.reference_type = 'ncc'
      AND NOT vobiz.is_credit(t.type) AND abs(t.amount - c.total_cost) <= u.unit)
