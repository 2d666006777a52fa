-- check: balance_roll
-- version: 1
-- inputs: transactions, accounts, balances
-- wait: 0h
-- formula: per account, opening balance + completed credits - completed debits = closing balance, from the last quiet
--   reading before the billing day begins to the last quiet one before it ends. Quiet: no entry of the account
--   from 30 s before the request until 30 s after its answer was stored (the clocks of two machines)
-- tolerance: one minor unit
-- break: balance_jump: the wallet moved without an entry, or an entry did not move it
-- action: ask the provider for the missing entry; money is at stake in full, not in rounding
WITH accounts AS MATERIALIZED (
  SELECT a.auth_id AS account_id, vobiz.account_currency(a.auth_id) AS currency,
    CASE WHEN a.cash_credits IS NULL THEN 'balances' ELSE 'accounts' END AS stream
  FROM vobiz.accounts a
  WHERE a.partner_id = :'partner' AND (a.removed_at IS NULL OR a.removed_at >= :'to'::timestamptz)
    AND EXISTS (SELECT FROM vobiz.account_balances b
      WHERE b.auth_id = a.auth_id AND b.captured_at < :'to'::timestamptz)),
polls AS MATERIALIZED (
  SELECT stream, started_at - interval '30 seconds' AS starts, finished_at + interval '30 seconds' AS ends, finished_at
  FROM vobiz_sync.runs
  WHERE partner_id = :'partner' AND stream IN ('accounts', 'balances') AND outcome = 'ok'
    AND finished_at >= :'from'::timestamptz - interval '1 day' AND finished_at <= :'to'::timestamptz),
-- The last quiet one is found from the newest on; who had no balance by then had none before.
ends AS MATERIALIZED (
  SELECT a.account_id, a.currency, o.*, c.*
  FROM accounts a
  LEFT JOIN LATERAL (
    SELECT p.starts AS opened_from, p.ends AS opened_until, b.cash_credits AS opening
    FROM (
      SELECT p.* FROM (SELECT * FROM polls WHERE stream = a.stream AND finished_at <= :'from'::timestamptz
        ORDER BY finished_at DESC) p
      WHERE NOT EXISTS (SELECT FROM vobiz.transactions t
        WHERE t.account_id = a.account_id AND t.created_at >= p.starts AND t.created_at <= p.ends
          AND t.removed_at IS NULL)
      ORDER BY p.finished_at DESC LIMIT 1) p
    CROSS JOIN LATERAL (
      SELECT b.cash_credits FROM vobiz.account_balances b
      WHERE b.auth_id = a.account_id AND b.currency = a.currency AND b.captured_at <= p.finished_at
      ORDER BY b.captured_at DESC LIMIT 1) b) o ON true
  LEFT JOIN LATERAL (
    SELECT p.starts AS closed_from, p.ends AS closed_until, b.cash_credits AS closing
    FROM (
      SELECT p.* FROM (SELECT * FROM polls WHERE stream = a.stream AND finished_at > :'from'::timestamptz
        ORDER BY finished_at DESC) p
      WHERE NOT EXISTS (SELECT FROM vobiz.transactions t
        WHERE t.account_id = a.account_id AND t.created_at >= p.starts AND t.created_at <= p.ends
          AND t.removed_at IS NULL)
      ORDER BY p.finished_at DESC LIMIT 1) p
    CROSS JOIN LATERAL (
      SELECT b.cash_credits FROM vobiz.account_balances b
      WHERE b.auth_id = a.account_id AND b.currency = a.currency AND b.captured_at <= p.finished_at
      ORDER BY b.captured_at DESC LIMIT 1) b) c ON true),
units AS MATERIALIZED (
  SELECT currency, vobiz.minor_unit(:'partner', currency) AS unit FROM (SELECT DISTINCT currency FROM accounts) a),
judged AS (
  SELECT e.account_id, e.currency, e.opening + l.net AS expected, e.closing AS actual, l.entries, u.unit, e.opening,
    e.opened_until, e.closed_from
  FROM ends e JOIN units u USING (currency) CROSS JOIN LATERAL (
    SELECT coalesce(sum(CASE WHEN vobiz.is_credit(t.type) THEN t.amount ELSE -t.amount END), 0) AS net,
      count(*) AS entries
    FROM vobiz.transactions t
    WHERE t.account_id = e.account_id AND t.created_at > e.opened_until AND t.created_at < e.closed_from
      AND t.removed_at IS NULL AND vobiz.is_cash(t.status) AND coalesce(t.currency, e.currency) = e.currency) l)
SELECT account_id, currency, NULL::text AS kind, NULL::text AS row_key, expected, actual, unit AS tolerance,
  CASE WHEN expected IS NULL OR actual IS NULL THEN 0 ELSE entries END AS rows,
  expected IS NULL OR actual IS NULL AS inconclusive,
  CASE WHEN opening IS NULL THEN 'no quiet reading of the balance in the day before the billing day'
    WHEN actual IS NULL THEN 'no quiet reading of the balance on the billing day' END AS reason
FROM judged
UNION ALL
SELECT '*', '*', NULL, NULL, NULL, NULL, NULL, 0, true, 'no balance was read before the end of this day'
WHERE NOT EXISTS (SELECT FROM accounts)
UNION ALL
SELECT account_id, currency, 'balance_jump', 'wallet', expected, actual, unit, NULL, NULL,
  format('between %s and %s', opened_until, closed_from)
FROM judged WHERE abs(actual - expected) > unit
