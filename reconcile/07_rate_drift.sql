-- check: rate_drift
-- version: 1
-- inputs: cdrs, accounts
-- wait: 0h
-- formula: per account and direction, the rate per minute that most calls of the day imply (cost * 60 / billsec of
--   calls of 30 s or more, rounded to the next power of ten above two minor units), against the one of its last 28 days
--   (their newest 100 such calls) and the one of its price list. Judged from 5 such calls on
-- tolerance: one step of that rounding
-- break: rate_changed: the day's rate is neither what it was nor what the price list says; expected is the rate
--   before, or the price list's where there are no calls before. Without a rate that half of the calls share the
--   account is inconclusive
-- action: ask the provider who changed the price; if you agreed to it, have the price list changed too
WITH units AS MATERIALIZED (
  SELECT currency, power(10::numeric, ceil(log(2 * vobiz.minor_unit(:'partner', currency)))) AS step
  FROM (SELECT DISTINCT coalesce(currency, vobiz.account_currency(account_id)) AS currency FROM vobiz.cdrs
    WHERE partner_id = :'partner' AND start_time >= :'from'::timestamptz AND start_time < :'to'::timestamptz
      AND removed_at IS NULL) c),
calls AS MATERIALIZED (
  SELECT c.account_id, u.currency, u.step, coalesce(c.call_direction, '') AS direction,
    round(c.cost * 60 / c.billsec / u.step) * u.step AS rate
  FROM vobiz.cdrs c
  JOIN units u ON u.currency = coalesce(c.currency, vobiz.account_currency(c.account_id))
  WHERE c.partner_id = :'partner' AND c.start_time >= :'from'::timestamptz AND c.start_time < :'to'::timestamptz
    AND c.removed_at IS NULL AND c.billsec >= 30 AND c.cost > 0),
today AS MATERIALIZED (
  SELECT account_id, currency, direction, step, mode() WITHIN GROUP (ORDER BY rate) AS rate, count(*) AS calls
  FROM calls GROUP BY account_id, currency, direction, step),
judged AS MATERIALIZED (
  SELECT t.*, s.sharing, b.rate AS before, p.rate_per_minute AS listed
  FROM today t
  LEFT JOIN vobiz.accounts a ON a.auth_id = t.account_id
  LEFT JOIN vobiz.pricing_tiers p ON p.id = a.pricing_tier_id
  JOIN (
    SELECT t.account_id, t.currency, t.direction, count(*) FILTER (WHERE abs(c.rate - t.rate) <= t.step) AS sharing
    FROM today t JOIN calls c USING (account_id, currency, direction)
    GROUP BY 1, 2, 3) s ON (s.account_id, s.currency, s.direction) = (t.account_id, t.currency, t.direction)
  LEFT JOIN LATERAL (
    SELECT mode() WITHIN GROUP (ORDER BY round(c.cost * 60 / c.billsec / t.step) * t.step) AS rate
    FROM (
      SELECT c.cost, c.billsec FROM vobiz.cdrs c
      WHERE c.account_id = t.account_id AND c.start_time < :'from'::timestamptz
        AND c.start_time >= :'from'::timestamptz - interval '28 days' AND c.removed_at IS NULL
        -- Who pays the price list's rate is right whatever it was before: most calls are not looked at again.
        AND s.sharing * 2 >= t.calls AND coalesce(abs(t.rate - p.rate_per_minute) > t.step, true)
        -- Compared so that the planner knows how many there are, and reads the index from its end.
        AND c.call_direction IS NOT DISTINCT FROM nullif(t.direction, '') AND c.billsec >= 30 AND c.cost > 0
        AND (c.currency IS NULL OR c.currency = t.currency)
      ORDER BY c.start_time DESC LIMIT 100) c) b ON true
  WHERE t.calls >= 5)
SELECT account_id, currency, NULL::text AS kind, NULL::text AS row_key, NULL::numeric AS expected,
  NULL::numeric AS actual,
  max(step) AS tolerance, sum(calls)::bigint AS rows, bool_or(sharing * 2 < calls) AS inconclusive,
  CASE WHEN bool_or(sharing * 2 < calls) THEN 'no rate that half of the calls share' END AS reason
FROM judged GROUP BY account_id, currency
UNION ALL
SELECT account_id, currency, 'rate_changed', direction, coalesce(before, listed), rate, step, NULL, NULL,
  format('%s of %s %s calls at %s a minute; before %s, price list %s', sharing, calls, direction, trim_scale(rate),
    coalesce(trim_scale(before)::text, 'unknown'), coalesce(trim_scale(listed)::text, 'unknown'))
FROM judged
WHERE sharing * 2 >= calls AND (before IS NOT NULL OR listed IS NOT NULL)
  AND coalesce(abs(rate - before) > step, true) AND coalesce(abs(rate - listed) > step, true)
