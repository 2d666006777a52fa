-- check: usage_day
-- version: 2
-- inputs: cdrs, transactions
-- wait: 0h
-- formula: per account, the sum of the calls' total_cost against the sum of usage debits less reversals. Calls that
--   call_charge or double_charge break or wait for are left out on both sides, so that nothing is reported twice;
--   usage debits without a reference count in full. For an account that is debited in daily batches all calls
--   without a debit of their own count, against the batches of the same or of the next day, by UTC days or billing
--   days: whichever of these four fitted its last eight days best
-- tolerance: half a minor unit for each call, at most the currency's usage_cap (vobiz.currencies, else
--   reconcile.usage_cap)
-- break: sum_differs: a batch is missing, wrong or booked twice, a usage debit names no call, or the roundings of
--   single calls add up to one side's favour
-- action: compare the account's calls and debits of the day (vobiz.cdrs, vobiz.transactions) and ask the provider
WITH calls AS MATERIALIZED (
  SELECT * FROM vobiz.judged_calls(:'partner', :'from'::timestamptz, :'to'::timestamptz, :'settle'::interval)),
loose AS MATERIALIZED (
  SELECT t.account_id, coalesce(t.currency, vobiz.account_currency(t.account_id)) AS currency,
    sum(CASE WHEN vobiz.is_credit(t.type) THEN -t.amount ELSE t.amount END) AS debit, count(*) AS entries
  FROM vobiz.transactions t
  WHERE t.partner_id = :'partner' AND t.created_at >= :'from'::timestamptz AND t.created_at < :'to'::timestamptz
    AND t.removed_at IS NULL AND t.cdr_uuid IS NULL AND vobiz.is_cash(t.status)
    AND vobiz.is_usage(t.reference_type, t.cdr_uuid, t.description)
  GROUP BY 1, 2),
pairs AS MATERIALIZED (SELECT account_id, currency FROM calls UNION SELECT account_id, currency FROM loose),
units AS MATERIALIZED (
  SELECT currency, vobiz.minor_unit(:'partner', currency) AS unit FROM (SELECT DISTINCT currency FROM pairs) p),
-- Mixed, with debits of their own for some calls: who switches to batches or from them, on the day or the one before.
accounts AS MATERIALIZED (
  SELECT p.account_id, p.currency, u.unit, NOT b.whole AS mixed,
    b.whole OR coalesce(c.by_day, false) OR l.account_id IS NOT NULL AND EXISTS (SELECT FROM vobiz.cdrs c
      WHERE c.account_id = p.account_id AND c.start_time >= :'from'::timestamptz - interval '1 day'
        AND c.start_time < :'from'::timestamptz AND c.removed_at IS NULL AND c.total_cost > 0
        AND NOT EXISTS (SELECT FROM vobiz.transactions t
          WHERE t.cdr_uuid = c.uuid AND t.account_id = c.account_id AND t.removed_at IS NULL)) AS by_day
  FROM pairs p JOIN units u USING (currency)
  LEFT JOIN (SELECT account_id, currency, bool_or(verdict = 'by_day') AS by_day FROM calls GROUP BY 1, 2) c
    USING (account_id, currency)
  LEFT JOIN loose l USING (account_id, currency)
  CROSS JOIN LATERAL (
    SELECT vobiz.debited_by_day(p.account_id, :'from'::timestamptz, :'to'::timestamptz) AS whole) b),
per_call AS (
  SELECT a.account_id, a.currency, a.unit, coalesce(c.cost, 0) AS expected,
    coalesce(c.debit, 0) + coalesce(l.debit, 0) AS actual, coalesce(c.calls, 0) AS calls,
    coalesce(l.entries, 0) AS entries
  FROM accounts a
  LEFT JOIN (
    SELECT account_id, currency, sum(total_cost) AS cost, sum(debit) AS debit, count(*) AS calls
    FROM calls WHERE verdict = 'ok' GROUP BY account_id, currency) c USING (account_id, currency)
  LEFT JOIN loose l USING (account_id, currency)
  WHERE NOT a.by_day),
-- The eight days, cut both ways; a batch is booked in the span itself or in the one after it.
spans AS (
  SELECT d::date AS day, b.cut, b.starts, b.ends, b.next_ends
  FROM generate_series(:'day'::date - interval '7 days', :'day'::date, interval '1 day') d
  CROSS JOIN LATERAL (VALUES
    (true, 'UTC', d::timestamp AT TIME ZONE 'UTC', (d + interval '1 day')::timestamp AT TIME ZONE 'UTC',
      (d + interval '2 days')::timestamp AT TIME ZONE 'UTC'),
    (false, :'zone', d::timestamp AT TIME ZONE :'zone', (d + interval '1 day')::timestamp AT TIME ZONE :'zone',
      (d + interval '2 days')::timestamp AT TIME ZONE :'zone')) b (utc, cut, starts, ends, next_ends)
  WHERE b.utc OR b.starts <> d::timestamp AT TIME ZONE 'UTC'),
tried AS MATERIALIZED (
  SELECT a.account_id, a.currency, a.unit, s.day, s.cut, b.booked, b.booked_until, c.cost AS expected,
    l.debit AS actual,
    c.calls, l.entries
  FROM accounts a CROSS JOIN spans s
  CROSS JOIN LATERAL (VALUES ('the same day', s.starts, s.ends), ('the next day', s.ends, s.next_ends))
    b (booked, booked_from, booked_until)
  CROSS JOIN LATERAL (
    SELECT coalesce(sum(c.total_cost), 0) AS cost, count(*) AS calls FROM vobiz.cdrs c
    WHERE c.account_id = a.account_id AND c.start_time >= s.starts AND c.start_time < s.ends
      AND c.removed_at IS NULL AND coalesce(c.currency, a.currency) = a.currency
      AND NOT (a.mixed AND EXISTS (SELECT FROM vobiz.transactions t
        WHERE t.cdr_uuid = c.uuid AND t.account_id = c.account_id AND t.removed_at IS NULL
          AND NOT vobiz.is_credit(t.type) AND vobiz.is_cash(t.status)
          AND vobiz.is_usage(t.reference_type, t.cdr_uuid, t.description)))) c
  CROSS JOIN LATERAL (
    SELECT coalesce(sum(CASE WHEN vobiz.is_credit(t.type) THEN -t.amount ELSE t.amount END), 0) AS debit,
      count(*) AS entries
    FROM vobiz.transactions t
    WHERE t.account_id = a.account_id AND t.created_at >= b.booked_from AND t.created_at < b.booked_until
      AND t.removed_at IS NULL AND t.cdr_uuid IS NULL AND vobiz.is_cash(t.status)
      AND vobiz.is_usage(t.reference_type, t.cdr_uuid, t.description)
      AND coalesce(t.currency, a.currency) = a.currency) l
  WHERE a.by_day),
best AS (
  SELECT DISTINCT ON (account_id, currency) account_id, currency, cut, booked
  FROM tried GROUP BY account_id, currency, cut, booked
  ORDER BY account_id, currency, sum(abs(expected - actual)), cut <> 'UTC', booked),
ledger AS MATERIALIZED (
  SELECT coalesce(vobiz_sync.proven_until(:'partner', 'transactions', (:'from'::timestamptz AT TIME ZONE 'UTC')::date),
    'infinity') AS proven_until),
batches AS (
  SELECT t.*, t.booked_until > (SELECT l.proven_until FROM ledger l) AS unproven
  FROM tried t JOIN best USING (account_id, currency, cut, booked) WHERE t.day = :'day'::date),
judged AS (
  SELECT account_id, currency, expected, actual,
    least(calls * unit / 2, vobiz.usage_cap(currency, :'cap'::numeric)) AS tolerance,
    calls + entries AS rows, NULL AS reason, false AS unproven FROM per_call
  UNION ALL
  SELECT account_id, currency, expected, actual, least(calls * unit / 2, vobiz.usage_cap(currency, :'cap'::numeric)),
    calls + entries,
    format('debited in daily batches (%s days, booked on %s)', cut, booked), unproven FROM batches)
SELECT account_id, currency, NULL::text AS kind, NULL::text AS row_key, expected, actual, tolerance, rows,
  unproven AND abs(actual - expected) > tolerance AS inconclusive,
  reason || CASE WHEN unproven AND abs(actual - expected) > tolerance
    THEN ': the ledger of the day they are booked on is not proven yet' ELSE '' END AS reason
FROM judged
UNION ALL
SELECT account_id, currency, 'sum_differs', 'usage', expected, actual, tolerance, NULL, NULL, reason
FROM judged WHERE abs(actual - expected) > tolerance AND NOT unproven
