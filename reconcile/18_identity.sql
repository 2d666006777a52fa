-- check: identity
-- version: 1
-- inputs: cdrs, accounts, numbers
-- wait: 0h
-- formula: a call is one customer's, once, over that customer's number, while the customer is one: one uuid stands
--   under one customer; no other uuid of the same customer, numbers and sip_call_id was answered within 30 s
--   (completeness reports those within a second); the customer's side of a call (caller of an outbound, called of an
--   inbound one) is no number that another customer held already; no call starts after the customer left, or was set
--   inactive; who leaves has an empty wallet
-- tolerance: 30 s; one minor unit for the wallet
-- break: two_customers, duplicate: one call that is charged twice; foreign_number: one customer calls over the number
--   of another; left or inactive: calls of somebody who should have none; wallet_left: money of a customer who has left
-- action: ask the provider whose call it is, and for the sip_call_id of both; pay a wallet out before an account ends
WITH calls AS MATERIALIZED (
  SELECT c.account_id, coalesce(c.currency, vobiz.account_currency(c.account_id)) AS currency, c.uuid, c.start_time,
    c.answer_time, c.billsec, c.call_direction, c.caller_id_number, c.destination_number, c.sip_call_id,
    coalesce(c.total_cost, 0) AS total_cost, c.first_seen_at,
    CASE c.call_direction WHEN 'inbound' THEN c.destination_number WHEN 'outbound' THEN c.caller_id_number END AS own
  FROM vobiz.cdrs c
  WHERE c.partner_id = :'partner' AND c.start_time >= :'from'::timestamptz AND c.start_time < :'to'::timestamptz
    AND c.removed_at IS NULL),
-- The row of the customer who does not hold the number is the one too many, else the one that was seen last.
twice AS MATERIALIZED (
  SELECT c.*, first_value(account_id) OVER uuids AS other, row_number() OVER uuids AS place
  FROM (
    SELECT c.*, EXISTS (SELECT FROM vobiz.numbers n
      WHERE n.account_id = c.account_id AND n.e164 = '+' || c.own) AS holds
    FROM calls c WHERE uuid IN (
      SELECT uuid FROM calls WHERE uuid IN (SELECT uuid FROM calls GROUP BY uuid HAVING count(*) > 1)
      GROUP BY uuid HAVING min(account_id) <> max(account_id))) c
  WINDOW uuids AS (PARTITION BY uuid ORDER BY holds DESC, first_seen_at, account_id)),
pairs AS (
  SELECT c.*, lag(c.uuid) OVER pair AS other, lag(c.answer_time) OVER pair AS before, lag(c.billsec) OVER pair AS talk
  FROM calls c WHERE c.sip_call_id IN (
    SELECT sip_call_id FROM calls WHERE sip_call_id <> '' AND billsec > 0 AND answer_time IS NOT NULL
    GROUP BY sip_call_id HAVING count(*) > 1) AND c.billsec > 0 AND c.answer_time IS NOT NULL
  WINDOW pair AS (PARTITION BY c.account_id, c.call_direction, c.caller_id_number, c.destination_number, c.sip_call_id
    ORDER BY c.answer_time, c.uuid)),
-- Grouped before anything is done to the texts: a customer has many calls, but few numbers.
over_number AS MATERIALIZED (
  SELECT g.*, regexp_replace(g.own, '\D', '', 'g') AS digits
  FROM (
    SELECT account_id, currency, call_direction, own, count(*) AS calls, sum(total_cost) AS cost,
      min(start_time) AS first_call
    FROM calls c
    WHERE own IS NOT NULL AND (uuid, account_id) NOT IN (SELECT uuid, account_id FROM twice WHERE place > 1)
    GROUP BY 1, 2, 3, 4) g
  WHERE g.own ~ '^\+?[0-9]{8,15}$'),
foreign_numbers AS (
  SELECT o.*, n.account_id AS holder
  FROM over_number o JOIN vobiz.numbers n ON n.e164 IN ('+' || o.digits, o.digits) AND n.partner_id = :'partner'
  WHERE n.account_id <> o.account_id AND n.removed_at IS NULL
    AND coalesce(n.assigned_at, n.purchased_at, n.changed_at) <= o.first_call),
-- A call may have been under way when its customer left. An account that is inactive was so when its row last changed;
-- before that, the history of its terms tells, but not what was before the first reading.
inactive AS MATERIALIZED (
  SELECT * FROM (
    SELECT t.account_id, t.is_active, t.seen_from,
      -- It may have become active again at any time since the last reading before.
      coalesce(lead(least(t.seen_after, t.seen_from)) OVER w, 'infinity') AS seen_until
    FROM vobiz.customer_terms t WHERE t.partner_id = :'partner'
    WINDOW w AS (PARTITION BY t.account_id ORDER BY t.seen_from)) t
  WHERE NOT t.is_active),
gone AS (
  SELECT c.account_id, c.currency, CASE WHEN a.removed_at IS NOT NULL THEN 'left' ELSE 'inactive' END AS kind,
    count(*) AS calls, sum(c.total_cost) AS cost, min(c.start_time) AS first_call
  FROM calls c JOIN vobiz.accounts a ON a.auth_id = c.account_id
  WHERE a.removed_at < c.start_time
    OR a.removed_at IS NULL AND (coalesce(a.is_active, lower(a.status) = 'active') = false
        AND a.changed_at < c.start_time
      OR c.account_id IN (SELECT account_id FROM inactive)
        AND EXISTS (SELECT FROM inactive i WHERE i.account_id = c.account_id
        AND c.start_time > greatest(i.seen_from, a.first_seen_at) AND c.start_time <= i.seen_until))
  GROUP BY c.account_id, c.currency, 3),
wallets AS (
  SELECT a.auth_id AS account_id, b.currency, b.cash_credits, a.removed_at,
    vobiz.minor_unit(:'partner', b.currency) AS unit
  FROM vobiz.accounts a
  CROSS JOIN LATERAL (
    SELECT DISTINCT ON (b.currency) b.currency, b.cash_credits FROM vobiz.account_balances b
    WHERE b.auth_id = a.auth_id ORDER BY b.currency, b.captured_at DESC) b
  WHERE a.partner_id = :'partner' AND a.removed_at >= :'from'::timestamptz AND a.removed_at < :'to'::timestamptz)
SELECT account_id, currency, NULL::text AS kind, NULL::text AS row_key, NULL::numeric AS expected,
  NULL::numeric AS actual, 0::numeric AS tolerance, count(*) AS rows, false AS inconclusive, NULL::text AS reason
FROM calls GROUP BY account_id, currency
UNION ALL
SELECT account_id, currency, 'two_customers', uuid::text, 0, total_cost, 0, NULL, NULL,
  format('the same call stands under %s', other)
FROM twice WHERE place > 1
UNION ALL
SELECT account_id, currency, 'duplicate', uuid::text, 0, total_cost, NULL, NULL, NULL,
  format('the same sip_call_id and numbers as %s, answered %s s later', other,
    trim_scale(extract(epoch FROM answer_time - before)::numeric))
FROM pairs
WHERE answer_time - before <= interval '30 seconds'
  AND NOT (billsec = talk AND answer_time - before <= interval '1 second')
UNION ALL
SELECT account_id, currency, 'foreign_number', own, 0, sum(cost), 0, NULL, NULL,
  format('%s calls over a number of %s', sum(calls), min(holder))
FROM foreign_numbers GROUP BY account_id, currency, own
UNION ALL
SELECT account_id, currency, kind, 'calls', 0, cost, 0, NULL, NULL,
  format('%s calls from %s on, when the customer %s', calls, first_call,
    CASE kind WHEN 'left' THEN 'had left' ELSE 'was inactive' END)
FROM gone
UNION ALL
SELECT account_id, currency, 'wallet_left', 'wallet', 0, cash_credits, unit, NULL, NULL,
  format('the customer left by %s', removed_at)
FROM wallets WHERE abs(cash_credits) > unit
