-- check: transfer_match
-- version: 1
-- inputs: transactions, profile, accounts
-- wait: 0h
-- formula: an entry with the reference ptc:<partner>:<customer>:<time> stands once, on the customer that it names, as
--   a credit, from this partner, booked within a day of the time that it names. A transfer or a top-up (payment) that
--   is pending has until vobiz.settings.transfer_settle after its booking
-- tolerance: 0; one day; transfer_settle
-- break: wrong_customer, wrong_partner, wrong_sign or wrong_time: the entry is not what its reference says;
--   booked_twice: the reference stands twice, within 35 days; pending: money that was sent and has not arrived
-- action: ask the provider which of the two wallets is right; what the master wallet lost is master_roll's
WITH entries AS MATERIALIZED (
  SELECT t.account_id, t.id, t.created_at, t.amount, t.reference, lower(t.status) AS status,
    coalesce(t.currency, vobiz.account_currency(t.account_id)) AS currency, vobiz.is_credit(t.type) AS credit,
    named.part,
    named.part IS NOT NULL AS is_transfer,
    vobiz.is_cash(t.status) AS cash, t.created_at >= :'from'::timestamptz AS of_day
  FROM vobiz.accounts a
  JOIN vobiz.transactions t ON t.account_id = a.auth_id AND t.cdr_uuid IS NULL AND t.removed_at IS NULL
    AND t.created_at >= :'from'::timestamptz - interval '35 days' AND t.created_at < :'to'::timestamptz
  CROSS JOIN LATERAL (SELECT regexp_match(t.reference, '^ptc:([^:]+):([^:]+):([0-9]{9,11})$') AS part) named
  WHERE a.partner_id = :'partner' AND (t.reference LIKE 'ptc:%'
    OR vobiz.is_credit(t.type) AND t.created_at >= :'from'::timestamptz
      AND (t.reference_type IN ('payment', 'balance_transfer') OR t.reference_type IS NULL))),
judged AS MATERIALIZED (
  SELECT e.*, e.is_transfer AND e.part[2] <> e.account_id AS other_customer,
    e.is_transfer AND NOT EXISTS (SELECT FROM vobiz.partners p
      WHERE p.partner_id = :'partner' AND e.part[1] IN (p.auth_id, p.id, p.account_id, p.slug)) AS other_partner,
    e.is_transfer AND NOT e.credit AS other_sign,
    CASE WHEN e.is_transfer THEN abs(extract(epoch FROM e.created_at) - e.part[3]::numeric) > 86400 ELSE false END
      AS other_time,
    e.is_transfer AND e.cash AND EXISTS (SELECT FROM entries o
      WHERE o.reference = e.reference AND o.cash AND (o.created_at, o.account_id, o.id) <
        (e.created_at, e.account_id, e.id)) AS again
  FROM entries e WHERE e.of_day),
pending AS (
  SELECT j.*, j.created_at + s.transfer_settle < now() AS overdue
  FROM judged j CROSS JOIN vobiz.settings s WHERE j.status = 'pending')
SELECT account_id, currency, NULL::text AS kind, NULL::text AS row_key, NULL::numeric AS expected,
  NULL::numeric AS actual, 0::numeric AS tolerance, count(*) AS rows,
  coalesce(bool_or(status = 'pending' AND (account_id, id) IN (SELECT account_id, id FROM pending WHERE NOT overdue)),
    false) AS inconclusive,
  CASE WHEN bool_or((account_id, id) IN (SELECT account_id, id FROM pending WHERE NOT overdue))
    THEN 'a transfer or top-up is still pending' END AS reason
FROM judged GROUP BY account_id, currency
UNION ALL
SELECT j.account_id, j.currency, k.kind, j.id, k.expected, k.actual, 0, NULL, NULL, k.reason
FROM judged j
CROSS JOIN LATERAL (VALUES
  ('wrong_customer', j.other_customer, 0, j.amount, format('%s names %s', j.reference, j.part[2])),
  ('wrong_partner', j.other_partner, 0, j.amount, format('%s names the partner %s', j.reference, j.part[1])),
  ('wrong_sign', j.other_sign, j.amount, -j.amount, format('%s is booked as a debit', j.reference)),
  ('wrong_time', j.other_time AND NOT j.again, j.amount, j.amount, format('%s is booked on %s', j.reference,
    j.created_at)),
  ('booked_twice', j.again, 0, j.amount, format('%s stands a second time', j.reference)))
  k (kind, broken, expected, actual, reason)
WHERE k.broken AND j.status IS DISTINCT FROM 'failed' AND j.status IS DISTINCT FROM 'cancelled'
UNION ALL
SELECT account_id, currency, 'pending', id, amount, 0, 0, NULL, NULL, format('pending since %s', created_at)
FROM pending WHERE overdue
