-- check: master_roll
-- version: 1
-- inputs: transactions, profile
-- wait: 0h
-- formula: the partner's master wallet: opening balance + what was paid in - transfers to customers = closing
--   balance, from the last quiet reading of the profile before the billing day begins to the last quiet one before it
--   ends. Quiet: no transfer from 30 s before the request until 30 s after its answer. The API does not list what is
--   paid in: it is entered in vobiz.partner_credits. A transfer is a completed entry of a customer with a reference
--   ptc:…, in the currency of the wallet
-- tolerance: one minor unit
-- break: master_jump: the wallet moved without a transfer to a customer, or a transfer did not move it
-- action: for money paid in, insert it into vobiz.partner_credits with the bank's number; for anything else ask the
--   provider for the customer that was credited
WITH wallet AS MATERIALIZED (
  SELECT currency FROM vobiz.partner_balances
  WHERE partner_id = :'partner' AND captured_at < :'to'::timestamptz
  ORDER BY captured_at DESC LIMIT 1),
transfers AS MATERIALIZED (
  SELECT t.account_id, t.id, t.created_at, CASE WHEN vobiz.is_credit(t.type) THEN t.amount ELSE -t.amount END AS amount
  FROM wallet w CROSS JOIN vobiz.accounts a
  JOIN vobiz.transactions t ON t.account_id = a.auth_id AND t.cdr_uuid IS NULL AND t.removed_at IS NULL
    AND t.created_at >= :'from'::timestamptz - interval '1 day' AND t.created_at < :'to'::timestamptz
  WHERE a.partner_id = :'partner' AND t.reference LIKE 'ptc:%' AND vobiz.is_cash(t.status)
    AND coalesce(t.currency, w.currency) = w.currency),
polls AS MATERIALIZED (
  SELECT r.started_at - interval '30 seconds' AS starts, r.finished_at + interval '30 seconds' AS ends, r.finished_at
  FROM vobiz_sync.runs r
  WHERE r.partner_id = :'partner' AND r.stream = 'profile' AND r.outcome = 'ok'
    AND r.finished_at >= :'from'::timestamptz - interval '1 day' AND r.finished_at <= :'to'::timestamptz
    AND NOT EXISTS (SELECT FROM transfers t WHERE t.created_at >= r.started_at - interval '30 seconds'
      AND t.created_at <= r.finished_at + interval '30 seconds')),
ends AS MATERIALIZED (
  SELECT w.currency, o.ends AS opened_until, o.balance AS opening, c.starts AS closed_from, c.balance AS closing
  FROM wallet w
  LEFT JOIN LATERAL (
    SELECT p.ends, b.balance FROM polls p CROSS JOIN LATERAL (
      SELECT b.balance FROM vobiz.partner_balances b
      WHERE (b.partner_id, b.currency) = (:'partner', w.currency) AND b.captured_at <= p.finished_at
      ORDER BY b.captured_at DESC LIMIT 1) b
    WHERE p.finished_at <= :'from'::timestamptz ORDER BY p.finished_at DESC LIMIT 1) o ON true
  LEFT JOIN LATERAL (
    SELECT p.starts, b.balance FROM polls p CROSS JOIN LATERAL (
      SELECT b.balance FROM vobiz.partner_balances b
      WHERE (b.partner_id, b.currency) = (:'partner', w.currency) AND b.captured_at <= p.finished_at
      ORDER BY b.captured_at DESC LIMIT 1) b
    WHERE p.finished_at > :'from'::timestamptz ORDER BY p.finished_at DESC LIMIT 1) c ON true),
judged AS MATERIALIZED (
  SELECT e.*, e.opening + p.paid_in - l.amount AS expected, l.amount, l.transfers, p.paid_in,
    vobiz.minor_unit(:'partner', e.currency) AS unit
  FROM ends e
  CROSS JOIN LATERAL (SELECT coalesce(sum(t.amount), 0) AS amount, count(*) AS transfers FROM transfers t
    WHERE t.created_at > e.opened_until AND t.created_at < e.closed_from) l
  CROSS JOIN LATERAL (SELECT coalesce(sum(c.amount), 0) AS paid_in FROM vobiz.partner_credits c
    WHERE c.partner_id = :'partner' AND c.currency = e.currency AND c.booked_at > e.opened_until
      AND c.booked_at < e.closed_from) p)
SELECT '*' AS account_id, currency, NULL::text AS kind, NULL::text AS row_key, expected, closing AS actual,
  unit AS tolerance, CASE WHEN expected IS NULL OR closing IS NULL THEN 0 ELSE transfers + 2 END AS rows,
  expected IS NULL OR closing IS NULL AS inconclusive,
  CASE WHEN opening IS NULL THEN 'no quiet reading of the master wallet in the day before the billing day'
    WHEN closing IS NULL THEN 'no quiet reading of the master wallet on the billing day' END AS reason
FROM judged
UNION ALL
SELECT '*', '*', NULL, NULL, NULL, NULL, NULL, 0, true, 'no master wallet was read before the end of this day'
WHERE NOT EXISTS (SELECT FROM wallet)
UNION ALL
SELECT '*', currency, 'master_jump', 'wallet', expected, closing, unit, NULL, NULL,
  format('between %s and %s: %s paid in, %s transferred', opened_until, closed_from, paid_in, amount)
FROM judged WHERE abs(closing - expected) > unit
