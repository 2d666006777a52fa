-- check: snapshot_totals
-- version: 1
-- inputs: transactions, accounts, balances, dashboard
-- wait: 0h
-- formula: the dashboard's number of customers, of active customers and its total balance against the accounts and
--   wallets that the mirror had read nearest to it: of the day's dashboards the last for which no ledger entry lies
--   between the two readings, 30 s more on both sides
-- tolerance: 0 customers; one minor unit for each wallet
-- break: accounts, active or balance: the provider's own sum is not the sum of its list
-- action: look for a customer that the list lacks (vobiz.accounts) before asking the provider
WITH read AS MATERIALIZED (
  SELECT d.captured_at, d.accounts_total, d.accounts_active, d.total_balance,
    coalesce(d.currency, p.currency, 'XXX') AS currency,
    r.finished_at, least(r.started_at, d.captured_at) - interval '30 seconds' AS starts,
    greatest(r.finished_at, d.captured_at) + interval '30 seconds' AS ends
  FROM vobiz.dashboard_snapshots d
  LEFT JOIN vobiz.partners p ON p.auth_id = d.partner_id
  CROSS JOIN LATERAL (
    SELECT r.started_at, r.finished_at FROM vobiz_sync.runs r
    WHERE r.partner_id = d.partner_id AND r.outcome = 'ok'
      AND r.stream = CASE WHEN EXISTS (SELECT FROM vobiz.accounts a
        WHERE a.partner_id = d.partner_id AND a.cash_credits IS NOT NULL) THEN 'accounts' ELSE 'balances' END
      AND r.finished_at BETWEEN d.captured_at - interval '1 day' AND d.captured_at + interval '1 day'
    ORDER BY abs(extract(epoch FROM r.finished_at - d.captured_at)) LIMIT 1) r
  WHERE d.partner_id = :'partner' AND d.captured_at >= :'from'::timestamptz AND d.captured_at < :'to'::timestamptz),
quiet AS MATERIALIZED (
  SELECT * FROM read r
  WHERE NOT EXISTS (SELECT FROM vobiz.transactions t
    WHERE t.partner_id = :'partner' AND t.created_at >= r.starts AND t.created_at <= r.ends AND t.removed_at IS NULL)
  ORDER BY captured_at DESC LIMIT 1),
customers AS MATERIALIZED (
  SELECT a.auth_id, coalesce(a.is_active, lower(a.status) = 'active') AS active, b.cash_credits
  FROM quiet q
  JOIN vobiz.accounts a ON a.partner_id = :'partner' AND a.first_seen_at <= q.ends
    AND (a.removed_at IS NULL OR a.removed_at > q.ends)
  LEFT JOIN LATERAL (
    SELECT b.cash_credits FROM vobiz.account_balances b
    WHERE b.auth_id = a.auth_id AND b.currency = q.currency AND b.captured_at <= q.finished_at
    ORDER BY b.captured_at DESC LIMIT 1) b ON true),
compared AS (
  SELECT q.captured_at, q.currency, r.*
  FROM quiet q CROSS JOIN (
    SELECT count(*) AS accounts, count(*) FILTER (WHERE active) AS active, coalesce(sum(cash_credits), 0) AS balance,
      count(cash_credits) AS wallets FROM customers) c
  CROSS JOIN LATERAL (VALUES
    ('accounts', q.accounts_total::numeric, c.accounts::numeric, 0::numeric),
    ('active', q.accounts_active, c.active, 0),
    ('balance', q.total_balance, c.balance, c.wallets * vobiz.minor_unit(:'partner', q.currency)))
    r (kind, expected, actual, tolerance))
SELECT '*' AS account_id, currency, NULL::text AS kind, NULL::text AS row_key, expected, actual, tolerance,
  (SELECT count(*) FROM customers) AS rows, false AS inconclusive, format('read at %s', captured_at) AS reason
FROM compared WHERE kind = 'balance'
UNION ALL
SELECT '*', '*', NULL, NULL, NULL, NULL, NULL, 0, true,
  CASE WHEN EXISTS (SELECT FROM read)
    THEN 'ledger entries lie between each reading of the dashboard and of the accounts'
    ELSE 'no dashboard was read on this day' END
WHERE NOT EXISTS (SELECT FROM quiet)
UNION ALL
SELECT '*', currency, kind, kind, expected, actual, tolerance, NULL, NULL, format('read at %s', captured_at)
FROM compared WHERE abs(actual - expected) > tolerance
