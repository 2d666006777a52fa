-- check: number_rental
-- version: 2
-- inputs: transactions, numbers
-- wait: 0h
-- formula: per number and billing cycle, one rental of monthly_fee, one setup_fee when it is bought, no rental after
--   it was released, and a next_billing_date that moves on. A rental names its number in its reference or description.
--   Cycles are counted back from last_billing_date, by the day of the month that next_billing_date tells where a month
--   was too short for it (the 31st); a rental belongs to a cycle from the day before it is due until three days after;
--   two rentals within 20 days are of one cycle
-- tolerance: one minor unit
-- break: charged_twice, not_charged, amount_differs, other_currency, after_release, setup_twice, setup_not_charged,
--   not_advanced
-- action: have the provider refund or charge the rental; a number that does not move on is rented for nothing
WITH held AS MATERIALIZED (
  SELECT n.*, regexp_replace(n.e164, '\D', '', 'g') AS digits,
    coalesce(n.currency, vobiz.account_currency(n.account_id)) AS paid_in,
    coalesce(n.assigned_at, n.purchased_at) AS since
  FROM vobiz.numbers n WHERE n.partner_id = :'partner'),
about AS MATERIALIZED (
  SELECT t.account_id, t.id, t.amount, t.created_at, t.reference, t.description,
    coalesce(t.currency, vobiz.account_currency(t.account_id)) AS currency, vobiz.is_credit(t.type) AS credit,
    vobiz.number_named(t.reference, t.description) AS digits,
    CASE WHEN t.reference_type = 'did_purchase' OR t.type = 'did_purchase' THEN 'setup' ELSE 'rental' END AS what,
    t.created_at >= :'from'::timestamptz AND t.created_at < :'to'::timestamptz AS of_day
  FROM vobiz.transactions t
  WHERE t.partner_id = :'partner' AND t.removed_at IS NULL AND t.cdr_uuid IS NULL AND vobiz.is_cash(t.status)
    AND t.created_at >= :'from'::timestamptz - interval '21 days'
    AND t.created_at < :'to'::timestamptz + interval '21 days'
    AND (t.reference_type IN ('did_rental', 'did_purchase') OR t.type IN ('did_rental', 'did_purchase')
      OR vobiz.is_credit(t.type) AND t.reference_type IN ('refund', 'manual_adjustment')
        AND vobiz.number_named(t.reference, t.description) IS NOT NULL)),
-- The fee in force when an entry was booked: the first change seen later tells what it was before.
rented AS MATERIALIZED (
  SELECT r.*, h.e164, h.paid_in, h.account_id AS holder, h.since, h.removed_at AS gone_at, h.changed_at,
    coalesce((SELECT j.old_value::numeric FROM vobiz.adjustments j
      WHERE j.stream = 'numbers' AND j.row_key = h.e164 AND j.seen_at > r.created_at
        AND j.column_name = CASE r.what WHEN 'rental' THEN 'monthly_fee' ELSE 'setup_fee' END
      ORDER BY j.seen_at LIMIT 1), CASE r.what WHEN 'rental' THEN h.monthly_fee ELSE h.setup_fee END) AS fee,
    cycle.paid, cycle.debits, cycle.reversals
  FROM about r
  LEFT JOIN held h ON h.digits = r.digits
  CROSS JOIN LATERAL (
    SELECT sum(CASE WHEN e.credit THEN -e.amount ELSE e.amount END) AS paid,
      count(*) FILTER (WHERE NOT e.credit) AS debits,
      count(*) FILTER (WHERE e.credit) AS reversals
    FROM about e
    WHERE e.account_id = r.account_id AND e.digits = r.digits AND e.currency = r.currency
      AND (e.credit OR e.what = r.what AND e.created_at > r.created_at - interval '20 days'
        AND (e.created_at, e.id) <= (r.created_at, r.id))
      AND (NOT e.credit OR e.created_at >= r.created_at)) cycle
  WHERE r.of_day AND NOT r.credit),
units AS MATERIALIZED (
  SELECT currency, vobiz.minor_unit(:'partner', currency) AS unit FROM (SELECT DISTINCT currency FROM rented) r),
due AS MATERIALIZED (
  SELECT h.account_id, h.paid_in AS currency, h.e164, h.digits, h.monthly_fee AS fee, d.due
  FROM held h
  CROSS JOIN LATERAL (
    SELECT CASE WHEN k = 0 THEN h.last_billing_date ELSE
      (m.first - k * interval '1 month' + least(m.day, extract(day FROM m.first - (k - 1) * interval '1 month'
        - interval '1 day') - 1) * interval '1 day') AT TIME ZONE 'UTC' END AS due
    FROM (
      -- The first instant of the month at that time of the day, and the days from there to the cycle's.
      SELECT date_trunc('month', l.at) + (l.at - date_trunc('day', l.at)) AS first,
        CASE WHEN extract(day FROM l.at) >= 27 AND n.day > extract(day FROM l.at) THEN n.day
          ELSE extract(day FROM l.at) END - 1 AS day
      FROM (SELECT h.last_billing_date AT TIME ZONE 'UTC' AS at) l
      CROSS JOIN LATERAL (
        SELECT extract(day FROM coalesce(h.next_billing_date, h.since) AT TIME ZONE 'UTC') AS day) n) m
    CROSS JOIN generate_series(0, greatest(0, (extract(year FROM age(h.last_billing_date, :'from'::timestamptz)) * 12
      + extract(month FROM age(h.last_billing_date, :'from'::timestamptz)))::integer + 1)) k) d
  WHERE h.account_id IS NOT NULL AND h.removed_at IS NULL AND h.monthly_fee > 0 AND h.last_billing_date IS NOT NULL
    AND d.due >= :'from'::timestamptz AND d.due < :'to'::timestamptz
    AND (d.due AT TIME ZONE 'UTC')::date >= (h.since AT TIME ZONE 'UTC')::date),
bought AS MATERIALIZED (
  SELECT h.account_id, h.paid_in AS currency, h.e164, h.digits, h.setup_fee AS fee, h.purchased_at AS due
  FROM held h
  WHERE h.account_id IS NOT NULL AND h.setup_fee > 0 AND h.removed_at IS NULL
    AND h.purchased_at >= :'from'::timestamptz AND h.purchased_at < :'to'::timestamptz
    AND abs(extract(epoch FROM h.since - h.purchased_at)) < 86400),
missing AS (
  SELECT d.account_id, d.currency, d.e164, d.fee, d.due, 'not_charged' AS kind FROM due d
  WHERE NOT EXISTS (SELECT FROM about r WHERE r.digits = d.digits AND r.account_id = d.account_id AND NOT r.credit
    AND r.what = 'rental' AND r.created_at >= d.due - interval '1 day' AND r.created_at < d.due + interval '3 days')
  UNION ALL
  SELECT b.account_id, b.currency, b.e164, b.fee, b.due, 'setup_not_charged' FROM bought b
  WHERE NOT EXISTS (SELECT FROM about r WHERE r.digits = b.digits AND r.account_id = b.account_id AND NOT r.credit
    AND r.what = 'setup' AND r.created_at >= b.due - interval '1 day' AND r.created_at < b.due + interval '3 days')),
ledger AS MATERIALIZED (
  SELECT coalesce(vobiz_sync.proven_until(:'partner', 'transactions', (:'from'::timestamptz AT TIME ZONE 'UTC')::date),
    'infinity') AS proven_until),
awaited AS MATERIALIZED (
  SELECT m.*, m.due + interval '3 days' > (SELECT l.proven_until FROM ledger l) AS unproven FROM missing m),
looked_at AS (
  SELECT account_id, currency, fee, amount, digits IS NULL AS unnamed, 1 AS n, false AS unproven FROM rented
  UNION ALL SELECT account_id, currency, fee, 0, false, 1, unproven FROM awaited
  UNION ALL SELECT d.account_id, d.currency, 0, 0, false, 0, false FROM due d)
SELECT account_id, currency, NULL::text AS kind, NULL::text AS row_key, sum(fee) AS expected, sum(amount) AS actual,
  max(u.unit) AS tolerance, sum(n)::bigint AS rows, bool_or(unnamed OR unproven) AS inconclusive,
  CASE WHEN bool_or(unproven) THEN 'the ledger of the days on which a rental may be booked is not proven yet'
    WHEN bool_or(unnamed) THEN 'a rental names no number' END AS reason
FROM looked_at LEFT JOIN units u USING (currency) GROUP BY account_id, currency
UNION ALL
SELECT account_id, currency, CASE what WHEN 'rental' THEN 'charged_twice' ELSE 'setup_twice' END,
  coalesce(e164, digits), max(fee), max(paid), NULL, NULL, NULL,
  format('%s debits and %s reversals within one cycle', max(debits), max(reversals))
FROM rented WHERE digits IS NOT NULL AND debits - reversals > 1
GROUP BY account_id, currency, what, e164, digits
UNION ALL
SELECT r.account_id, currency, 'amount_differs', r.e164, r.fee, r.amount, u.unit, NULL, NULL,
  format('%s of %s', r.what, r.created_at)
FROM rented r JOIN units u USING (currency)
WHERE abs(r.amount - r.fee) > u.unit AND r.debits - r.reversals = 1 AND coalesce(r.paid_in, r.currency) = r.currency
UNION ALL
SELECT account_id, currency, 'other_currency', e164, 0, amount, 0, NULL, NULL,
  format('%s of %s, and the fee is %s %s', what, created_at, fee, paid_in)
FROM rented WHERE paid_in <> currency AND debits - reversals = 1
UNION ALL
SELECT account_id, currency, 'after_release', e164, 0, amount, 0, NULL, NULL,
  format('the customer had given the number back by %s', created_at)
FROM rented
WHERE e164 IS NOT NULL AND what = 'rental' AND debits - reversals = 1 AND (gone_at < created_at
  OR holder IS DISTINCT FROM account_id
    AND coalesce(CASE WHEN holder IS NULL THEN changed_at ELSE since END, changed_at) < created_at)
UNION ALL
SELECT account_id, currency, kind, e164, fee, 0, 0, NULL, NULL, format('due on %s', (due AT TIME ZONE 'UTC')::date)
FROM awaited WHERE NOT unproven
UNION ALL
SELECT account_id, paid_in, 'not_advanced', e164, monthly_fee, NULL, NULL, NULL, NULL,
  format('next_billing_date is still %s', (next_billing_date AT TIME ZONE 'UTC')::date)
FROM held
WHERE account_id IS NOT NULL AND removed_at IS NULL AND monthly_fee > 0
  AND next_billing_date >= :'from'::timestamptz AND next_billing_date < :'to'::timestamptz
