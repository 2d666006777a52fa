-- check: rate_drift
-- version: 2
-- inputs: cdrs, accounts
-- wait: 0h
-- formula: for accounts without a price list in the currency of their calls (call_rating judges the others): per
--   account and direction, the rate per minute that most calls of the day imply (cost * 60 / billsec, billsec rounded
--   up to the pulse of 1, 6, 15, 30 or 60 s by which most calls share one rate; calls of 30 s or more, rounded to the
--   next power of ten above two minor units), against the one of its last 28 days (their newest 100 such calls). Judged
--   from 5 such calls on
-- tolerance: one step of that rounding
-- break: rate_changed: the day's rate is not what it was. Without a rate that half of the calls share the account is
--   inconclusive
-- action: ask the provider who changed the price; if you agreed to it, accept the break
WITH prices AS MATERIALIZED (
  SELECT DISTINCT account_id, currency
  FROM vobiz.price_lists_of(:'partner', :'from'::timestamptz, :'to'::timestamptz) WHERE rate IS NOT NULL),
calls AS MATERIALIZED (
  SELECT c.account_id, coalesce(c.currency, vobiz.account_currency(c.account_id)) AS currency,
    coalesce(c.call_direction, '') AS direction, c.cost, c.billsec
  FROM vobiz.cdrs c
  WHERE c.partner_id = :'partner' AND c.start_time >= :'from'::timestamptz AND c.start_time < :'to'::timestamptz
    AND c.removed_at IS NULL AND c.billsec >= 30 AND c.cost > 0),
sides AS MATERIALIZED (
  SELECT d.*, u.step, EXISTS (SELECT FROM prices p
    WHERE (p.account_id, p.currency) = (d.account_id, d.currency)) AS listed
  FROM (SELECT account_id, currency, direction, count(*) AS calls FROM calls GROUP BY 1, 2, 3) d
  JOIN (SELECT currency, power(10::numeric, ceil(log(2 * vobiz.minor_unit(:'partner', currency)))) AS step
    FROM (SELECT DISTINCT currency FROM calls) c) u USING (currency)),
pulses AS (SELECT unnest(ARRAY[1, 6, 15, 30, 60]) AS pulse),
implied AS MATERIALIZED (
  SELECT s.account_id, s.currency, s.direction, s.step, s.calls, k.pulse, c.today,
    round(c.cost * 60 / (ceil(c.billsec::numeric / k.pulse) * k.pulse) / s.step) * s.step AS rate
  FROM sides s CROSS JOIN pulses k
  JOIN LATERAL (
    SELECT true AS today, c.cost, c.billsec FROM calls c
    WHERE (c.account_id, c.currency, c.direction) = (s.account_id, s.currency, s.direction)
    UNION ALL
    SELECT false, c.cost, c.billsec FROM (
      SELECT c.cost, c.billsec FROM vobiz.cdrs c
      WHERE c.account_id = s.account_id AND c.start_time < :'from'::timestamptz
        AND c.start_time >= :'from'::timestamptz - interval '28 days' AND c.removed_at IS NULL
        -- Compared so that the planner knows how many there are, and reads the index from its end.
        AND c.call_direction IS NOT DISTINCT FROM nullif(s.direction, '') AND c.billsec >= 30 AND c.cost > 0
        AND (c.currency IS NULL OR c.currency = s.currency)
      ORDER BY c.start_time DESC LIMIT 100) c) c ON true
  WHERE NOT s.listed AND s.calls >= 5),
modes AS MATERIALIZED (
  SELECT account_id, currency, direction, pulse, mode() WITHIN GROUP (ORDER BY rate) FILTER (WHERE today) AS rate,
    mode() WITHIN GROUP (ORDER BY rate) FILTER (WHERE NOT today) AS before
  FROM implied GROUP BY account_id, currency, direction, pulse),
judged AS MATERIALIZED (
  SELECT DISTINCT ON (account_id, currency, direction) account_id, currency, direction, pulse, i.step, i.calls, m.rate,
    m.before, count(*) FILTER (WHERE i.today AND abs(i.rate - m.rate) <= i.step) AS sharing
  FROM modes m JOIN implied i USING (account_id, currency, direction, pulse)
  GROUP BY account_id, currency, direction, pulse, i.step, i.calls, m.rate, m.before
  ORDER BY account_id, currency, direction, count(*) FILTER (WHERE abs(i.rate
    - CASE WHEN i.today THEN m.rate ELSE m.before END) <= i.step) DESC, pulse)
SELECT s.account_id, s.currency, NULL::text AS kind, NULL::text AS row_key, NULL::numeric AS expected,
  NULL::numeric AS actual, max(s.step) AS tolerance, sum(s.calls)::bigint AS rows,
  coalesce(bool_or(j.sharing * 2 < j.calls), false) AS inconclusive,
  CASE WHEN bool_or(s.listed) THEN 'has a price list: judged by call_rating'
    WHEN bool_or(j.sharing * 2 < j.calls) THEN 'no rate that half of the calls share' END AS reason
FROM sides s LEFT JOIN judged j USING (account_id, currency, direction) GROUP BY s.account_id, s.currency
UNION ALL
SELECT account_id, currency, 'rate_changed', direction, before, rate, step, NULL, NULL,
  format('%s of %s %s calls at %s a minute by %s s; before %s', sharing, calls, direction, trim_scale(rate), pulse,
    trim_scale(before))
FROM judged WHERE sharing * 2 >= calls AND abs(rate - before) > step
