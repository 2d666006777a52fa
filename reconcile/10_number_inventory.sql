-- check: number_inventory
-- version: 3
-- inputs: cdrs, transactions, numbers, accounts
-- wait: 0h
-- formula: the numbers that are in the inventory, that rentals name, that were called and that called are the same. A
--   number is reported on one billing day only: that of the rental, of the calls, on which 35 days without a rental are
--   full, or on which its holder was closed
-- tolerance: 0
-- break: rented_not_held: a rental for a number that is in no inventory; never_rented: held for 35 days without a
--   rental; unknown_number: inbound calls to a number that is in no inventory; unknown_caller: outbound calls from one;
--   closed_account: held by a customer who left
-- action: release the number, or have its rental charged or stopped
WITH held AS MATERIALIZED (
  SELECT n.*, regexp_replace(n.e164, '\D', '', 'g') AS digits,
    coalesce(n.currency, vobiz.account_currency(n.account_id), 'XXX') AS paid_in
  FROM vobiz.numbers n WHERE n.partner_id = :'partner'),
rentals AS MATERIALIZED (
  SELECT t.account_id, t.created_at, t.amount, coalesce(t.currency, vobiz.account_currency(t.account_id)) AS currency,
    vobiz.number_named(t.reference, t.description) AS digits, t.created_at >= :'from'::timestamptz AS of_day
  FROM vobiz.transactions t
  WHERE t.partner_id = :'partner' AND t.removed_at IS NULL AND t.cdr_uuid IS NULL
    AND t.account_id IN (SELECT a.auth_id FROM vobiz.accounts a WHERE a.partner_id = :'partner'
      UNION SELECT h.account_id FROM held h)
    AND t.created_at >= :'from'::timestamptz - interval '36 days' AND t.created_at < :'to'::timestamptz
    -- A rental that is given back is none, with a number or without one.
    AND (t.reference_type = 'did_rental' OR t.type = 'did_rental') AND t.reference_type IS DISTINCT FROM 'refund'
    AND NOT vobiz.is_credit(t.type)),
-- Grouped before anything is done to the texts: a customer has many calls, but few numbers.
called AS MATERIALIZED (
  SELECT g.*, regexp_replace(g.own, '\D', '', 'g') AS digits
  FROM (
    SELECT c.account_id, coalesce(c.currency, vobiz.account_currency(c.account_id)) AS currency, c.call_direction,
      CASE c.call_direction WHEN 'inbound' THEN c.destination_number WHEN 'outbound' THEN c.caller_id_number END AS own,
      count(*) AS calls, sum(coalesce(c.total_cost, 0)) AS cost
    FROM vobiz.cdrs c
    WHERE c.partner_id = :'partner' AND c.start_time >= :'from'::timestamptz AND c.start_time < :'to'::timestamptz
      AND c.removed_at IS NULL
    GROUP BY 1, 2, 3, 4) g
  WHERE g.own ~ '^\+?[0-9]{8,15}$'),
lapsed AS (
  SELECT h.account_id, h.paid_in AS currency, h.e164, h.monthly_fee
  FROM held h
  JOIN vobiz_sync.streams s ON s.partner_id = :'partner' AND s.stream = 'transactions'
  LEFT JOIN (SELECT r.digits, max(r.created_at) AS at FROM rentals r GROUP BY r.digits) r ON r.digits = h.digits
  CROSS JOIN LATERAL (
    SELECT greatest(r.at, h.assigned_at, h.purchased_at, s.start_date::timestamp AT TIME ZONE 'UTC')
      + interval '35 days' AS at) l
  WHERE h.account_id IS NOT NULL AND h.removed_at IS NULL AND h.monthly_fee > 0
    AND l.at >= :'from'::timestamptz AND l.at < :'to'::timestamptz
    AND NOT EXISTS (SELECT FROM rentals r WHERE r.digits IS NULL)),
closed AS (
  SELECT h.account_id, h.paid_in AS currency, h.e164, h.monthly_fee
  FROM held h JOIN vobiz.accounts a ON a.auth_id = h.account_id
  CROSS JOIN LATERAL (SELECT greatest(coalesce(a.removed_at,
    CASE WHEN lower(a.status) IN ('closed', 'deleted', 'terminated') THEN a.changed_at END), h.assigned_at) AS at) c
  WHERE h.removed_at IS NULL AND (a.removed_at IS NOT NULL OR lower(a.status) IN ('closed', 'deleted', 'terminated'))
    AND c.at >= :'from'::timestamptz AND c.at < :'to'::timestamptz),
looked_at AS (
  SELECT h.account_id, h.paid_in AS currency, count(*) AS n, false AS unnamed FROM held h
  WHERE h.account_id IS NOT NULL AND h.removed_at IS NULL GROUP BY 1, 2
  UNION ALL SELECT r.account_id, r.currency, count(*), bool_or(r.digits IS NULL) FROM rentals r WHERE r.of_day
    GROUP BY 1, 2
  UNION ALL SELECT c.account_id, c.currency, count(*), false FROM called c GROUP BY 1, 2)
SELECT account_id, currency, NULL::text AS kind, NULL::text AS row_key, NULL::numeric AS expected,
  NULL::numeric AS actual,
  NULL::numeric AS tolerance, sum(n)::bigint AS rows, bool_or(unnamed) AS inconclusive,
  CASE WHEN bool_or(unnamed) THEN 'a rental names no number' END AS reason
FROM looked_at GROUP BY account_id, currency
UNION ALL
SELECT r.account_id, r.currency, 'rented_not_held', r.digits, 0, sum(r.amount), 0, NULL, NULL,
  'a rental for a number that the inventory does not list'
FROM rentals r WHERE r.of_day AND r.digits IS NOT NULL AND NOT EXISTS (SELECT FROM held h WHERE h.digits = r.digits)
GROUP BY r.account_id, r.currency, r.digits
UNION ALL
SELECT account_id, currency, 'never_rented', e164, monthly_fee, 0, 0, NULL, NULL,
  'held for 35 days without a rental' FROM lapsed
UNION ALL
SELECT c.account_id, c.currency, CASE c.call_direction WHEN 'inbound' THEN 'unknown_number' ELSE 'unknown_caller' END,
  c.own, 0, c.cost, 0, NULL, NULL, format('%s %s calls', c.calls, c.call_direction)
FROM called c WHERE NOT EXISTS (SELECT FROM held h WHERE h.digits = c.digits)
UNION ALL
SELECT account_id, currency, 'closed_account', e164, 0, monthly_fee, 0, NULL, NULL,
  'the customer has left and still holds the number' FROM closed
