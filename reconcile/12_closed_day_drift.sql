-- check: closed_day_drift
-- version: 2
-- inputs: cdrs, transactions
-- wait: 0h
-- formula: per account, calls, billable seconds, cost, debits and credits of the day against what they were when the
--   day was closed: frozen at the end of the first run of all checks in which this one is ok and the day has no open
--   break
-- tolerance: 0
-- break: late, removed or adjusted: a row that has come, gone or changed since; moved: a call that was given another
--   start, and was charged on the other day; total: a sum changed and no row says
--   why. A row that another check has an open or accepted break for is left to that one: this check is for changes in
--   which calls and ledger agree with each other
-- action: book the difference in the month that is open; accept the break with the number of that booking
WITH frozen AS MATERIALIZED (
  SELECT * FROM vobiz.reconciliation_frozen WHERE partner_id = :'partner' AND billing_day = :'day'::date),
closed AS (SELECT frozen_at FROM frozen WHERE account_id = '*'),
today AS MATERIALIZED (
  SELECT * FROM vobiz.day_totals(:'partner', :'from'::timestamptz, :'to'::timestamptz)),
compared AS MATERIALIZED (
  SELECT account_id, currency, coalesce(f.total_cost, 0) AS expected, coalesce(t.total_cost, 0) AS actual,
    coalesce(f.debits - f.credits, 0) AS expected_net, coalesce(t.debits - t.credits, 0) AS actual_net,
    coalesce(t.calls, 0) AS rows,
    (coalesce(f.calls, 0), coalesce(f.billsec, 0), coalesce(f.total_cost, 0), coalesce(f.debits, 0),
      coalesce(f.credits, 0))
      IS DISTINCT FROM
    (coalesce(t.calls, 0), coalesce(t.billsec, 0), coalesce(t.total_cost, 0), coalesce(t.debits, 0),
      coalesce(t.credits, 0))
      AS differs
  FROM (SELECT * FROM frozen WHERE account_id <> '*') f FULL JOIN today t USING (account_id, currency)
  WHERE EXISTS (SELECT FROM closed)),
-- Rows of the accounts that differ, with the names by which another check may know them.
changed AS MATERIALIZED (
  SELECT c.account_id, coalesce(c.currency, d.currency) AS currency, c.uuid::text AS row_key,
    ARRAY[c.uuid::text] AS names,
    CASE WHEN c.removed_at > z.frozen_at THEN 'removed' WHEN c.first_seen_at > z.frozen_at THEN 'late'
      ELSE 'adjusted' END AS kind,
    CASE WHEN c.first_seen_at > z.frozen_at THEN 0 ELSE coalesce(j.old_value::numeric, c.total_cost) END AS expected,
    CASE WHEN c.removed_at IS NOT NULL THEN 0 ELSE c.total_cost END AS actual,
    format('call of %s', c.start_time) AS what
  FROM closed z CROSS JOIN compared d
  JOIN vobiz.cdrs c ON c.account_id = d.account_id AND coalesce(c.currency, d.currency) = d.currency
    AND c.start_time >= :'from'::timestamptz AND c.start_time < :'to'::timestamptz
    AND (c.first_seen_at > z.frozen_at OR c.removed_at > z.frozen_at OR c.changed_at > z.frozen_at)
  LEFT JOIN LATERAL (
    SELECT j.old_value FROM vobiz.adjustments j
    WHERE j.stream = 'cdrs' AND j.row_key = c.uuid::text AND j.column_name = 'total_cost' AND j.seen_at > z.frozen_at
    ORDER BY j.seen_at LIMIT 1) j ON true
  WHERE d.differs AND (c.removed_at IS NULL OR c.first_seen_at <= z.frozen_at)
    AND (c.first_seen_at > z.frozen_at OR c.removed_at > z.frozen_at OR EXISTS (
      SELECT FROM vobiz.adjustments j WHERE j.stream = 'cdrs' AND j.row_key = c.uuid::text AND j.seen_at > z.frozen_at))
  UNION ALL
  -- A call that has come from another day, or has gone to one: what it was charged by tells of the other.
  SELECT c.account_id, coalesce(c.currency, d.currency), c.uuid::text, ARRAY[c.uuid::text], 'moved', 0, c.total_cost,
    format('call of %s, charged on %s', c.start_time, t.created_at)
  FROM closed z CROSS JOIN compared d
  JOIN vobiz.cdrs c ON c.account_id = d.account_id AND coalesce(c.currency, d.currency) = d.currency
    AND c.start_time >= :'from'::timestamptz AND c.start_time < :'to'::timestamptz AND c.changed_at > z.frozen_at
    AND c.first_seen_at <= z.frozen_at AND c.removed_at IS NULL
  CROSS JOIN LATERAL (
    SELECT min(t.created_at) AS created_at FROM vobiz.transactions t
    WHERE t.cdr_uuid = c.uuid AND t.account_id = c.account_id AND t.removed_at IS NULL
      AND NOT vobiz.is_credit(t.type)) t
  WHERE d.differs AND (t.created_at < c.start_time
    OR t.created_at > coalesce(c.end_time, c.start_time) + interval '1 hour')
  UNION ALL
  SELECT c.account_id, coalesce(c.currency, d.currency), c.uuid::text, ARRAY[c.uuid::text], 'moved', c.total_cost, 0,
    format('call that now starts at %s, charged on %s', c.start_time, t.created_at)
  FROM closed z CROSS JOIN compared d
  JOIN vobiz.transactions t ON t.account_id = d.account_id AND coalesce(t.currency, d.currency) = d.currency
    AND t.created_at >= :'from'::timestamptz AND t.created_at < :'to'::timestamptz + interval '1 hour'
    AND t.removed_at IS NULL AND t.cdr_uuid IS NOT NULL AND NOT vobiz.is_credit(t.type)
    AND vobiz.is_usage(t.reference_type, t.cdr_uuid, t.description)
  JOIN vobiz.cdrs c ON c.uuid = t.cdr_uuid AND c.account_id = t.account_id AND c.removed_at IS NULL
    AND c.changed_at > z.frozen_at AND c.first_seen_at <= z.frozen_at
  WHERE d.differs AND d.expected <> d.actual AND (c.start_time >= :'to'::timestamptz AND t.created_at < c.start_time
    OR c.start_time < :'from'::timestamptz
      AND t.created_at > coalesce(c.end_time, c.start_time) + interval '1 hour')
  UNION ALL
  SELECT t.account_id, coalesce(t.currency, d.currency), t.id,
    ARRAY[t.id, t.cdr_uuid::text, vobiz.number_named(t.reference, t.description)],
    CASE WHEN t.removed_at > z.frozen_at THEN 'removed' WHEN t.first_seen_at > z.frozen_at THEN 'late'
      ELSE 'adjusted' END,
    CASE WHEN t.first_seen_at > z.frozen_at THEN 0 ELSE coalesce(j.old_value::numeric, t.amount) END,
    CASE WHEN t.removed_at IS NOT NULL THEN 0 ELSE t.amount END,
    format('%s of %s', coalesce(t.reference_type, t.type), t.created_at)
  FROM closed z CROSS JOIN compared d
  JOIN vobiz.transactions t ON t.account_id = d.account_id AND coalesce(t.currency, d.currency) = d.currency
    AND t.created_at >= :'from'::timestamptz AND t.created_at < :'to'::timestamptz
    AND (t.first_seen_at > z.frozen_at OR t.removed_at > z.frozen_at OR t.changed_at > z.frozen_at)
  LEFT JOIN LATERAL (
    SELECT j.old_value FROM vobiz.adjustments j
    WHERE j.stream = 'transactions' AND j.row_key = t.id AND j.column_name = 'amount' AND j.seen_at > z.frozen_at
    ORDER BY j.seen_at LIMIT 1) j ON true
  WHERE d.differs AND (t.removed_at IS NULL OR t.first_seen_at <= z.frozen_at)
    AND (t.first_seen_at > z.frozen_at OR t.removed_at > z.frozen_at OR EXISTS (
      SELECT FROM vobiz.adjustments j
        WHERE j.stream = 'transactions' AND j.row_key = t.id AND j.seen_at > z.frozen_at))),
judged AS MATERIALIZED (
  SELECT c.*, EXISTS (
    SELECT FROM vobiz.reconciliation_breaks b
    WHERE b.partner_id = :'partner' AND b.state <> 'healed' AND b.check_name <> 'closed_day_drift'
      AND (b.row_key = ANY (c.names) OR ltrim(b.row_key, '+') = ANY (c.names))) AS known
  FROM changed c)
SELECT account_id, currency, NULL::text AS kind, NULL::text AS row_key, expected, actual, 0::numeric AS tolerance, rows,
  false AS inconclusive,
  CASE WHEN differs AND EXISTS (SELECT FROM judged j WHERE j.account_id = c.account_id AND j.known)
    THEN 'changed rows that other checks report' END AS reason
FROM compared c
UNION ALL
SELECT '*', '*', NULL, NULL, NULL, NULL, NULL, 0, false, 'the day is not closed yet: nothing to compare'
WHERE NOT EXISTS (SELECT FROM closed)
UNION ALL
SELECT account_id, currency, kind, row_key, expected, actual, 0, NULL, NULL, what FROM judged WHERE NOT known
UNION ALL
SELECT account_id, currency, 'total', 'total', expected, actual, 0, NULL, NULL,
  format('debits less credits %s, were %s', actual_net, expected_net)
FROM compared c WHERE differs AND NOT EXISTS (
  SELECT FROM judged j WHERE (j.account_id, j.currency) = (c.account_id, c.currency))
