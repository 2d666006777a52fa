-- check: balance_roll
-- version: 2
-- inputs: transactions, accounts, balances
-- wait: 0h
-- formula: per account, opening balance + completed credits - completed debits = closing balance, from the last quiet
--   reading before the billing day begins to the last quiet one before it ends. Quiet: no entry of the account
--   from 30 s before the request until 30 s after its answer was stored (the clocks of two machines). A wallet that
--   is never quiet is judged by its last reading, where the first entries of that minute, however many of them, are
--   in the reading and the others are not; with more than 200 entries there it is not judged
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
-- The last quiet one is found from the newest on, else the last one; who had no balance by then had none before.
sides AS (
  SELECT 'opening' AS side, :'from'::timestamptz - interval '1 day' AS starts, :'from'::timestamptz AS ends
  UNION ALL SELECT 'closing', :'from'::timestamptz, :'to'::timestamptz),
newest AS MATERIALIZED (
  SELECT DISTINCT ON (p.stream, s.side) p.*, s.side, s.starts AS earliest
  FROM sides s JOIN polls p ON p.finished_at <= s.ends AND (s.side = 'opening' OR p.finished_at > s.starts)
  ORDER BY p.stream, s.side, p.finished_at DESC),
-- Most wallets are quiet at the last reading; only the others are looked for among those before.
last AS MATERIALIZED (
  SELECT a.account_id, a.currency, n.*, EXISTS (SELECT FROM vobiz.transactions t
      WHERE t.account_id = a.account_id AND t.created_at >= n.starts AND t.created_at <= n.ends
        AND t.removed_at IS NULL) AS busy
  FROM accounts a JOIN newest n USING (stream)),
ends AS MATERIALIZED (
  SELECT l.account_id, l.currency, l.side, r.starts, r.ends, r.busy, b.cash_credits
  FROM last l
  CROSS JOIN LATERAL (
    SELECT l.starts, l.ends, l.finished_at, false WHERE NOT l.busy
    UNION ALL
    (SELECT * FROM (
      (SELECT p.starts, p.ends, p.finished_at, false AS busy
       FROM (SELECT * FROM polls WHERE l.busy AND stream = l.stream AND finished_at < l.finished_at
           AND (l.side = 'opening' OR finished_at > l.earliest)
         ORDER BY finished_at DESC) p
       WHERE NOT EXISTS (SELECT FROM vobiz.transactions t
         WHERE t.account_id = l.account_id AND t.created_at >= p.starts AND t.created_at <= p.ends
           AND t.removed_at IS NULL)
       ORDER BY p.finished_at DESC LIMIT 1)
      UNION ALL SELECT l.starts, l.ends, l.finished_at, true WHERE l.busy) q
     ORDER BY busy LIMIT 1)) r (starts, ends, finished_at, busy)
  CROSS JOIN LATERAL (
    SELECT b.cash_credits FROM vobiz.account_balances b
    WHERE b.auth_id = l.account_id AND b.currency = l.currency AND b.captured_at <= r.finished_at
    ORDER BY b.captured_at DESC LIMIT 1) b),
-- What the entries around a busy reading have moved by then: after none of them, after the first, and so on. OFFSET
-- keeps each reading's entries a look-up: joined, the whole ledger was read.
prefixes AS MATERIALIZED (
  SELECT e.account_id, e.currency, e.side, 0 AS place, 0::numeric AS moved FROM ends e
  UNION ALL
  SELECT e.account_id, e.currency, e.side, p.place, p.moved
  FROM ends e
  CROSS JOIN LATERAL (
    SELECT row_number() OVER w AS place, sum(CASE WHEN NOT vobiz.is_cash(t.status) THEN 0
      WHEN vobiz.is_credit(t.type) THEN t.amount ELSE -t.amount END) OVER w AS moved
    FROM vobiz.transactions t
    WHERE t.account_id = e.account_id AND t.created_at >= e.starts AND t.created_at <= e.ends
      AND t.removed_at IS NULL AND coalesce(t.currency, e.currency) = e.currency
    WINDOW w AS (ORDER BY t.created_at, t.id) OFFSET 0) p
  WHERE e.busy),
units AS MATERIALIZED (
  SELECT currency, vobiz.minor_unit(:'partner', currency) AS unit FROM (SELECT DISTINCT currency FROM accounts) a),
moved AS MATERIALIZED (
  SELECT a.account_id, a.currency, o.cash_credits AS opening, o.ends AS opened_until, c.cash_credits AS closing,
    c.starts AS closed_from, l.net, l.entries, o.busy OR c.busy AS busy
  FROM accounts a
  LEFT JOIN ends o ON (o.account_id, o.currency, o.side) = (a.account_id, a.currency, 'opening')
  LEFT JOIN ends c ON (c.account_id, c.currency, c.side) = (a.account_id, a.currency, 'closing')
  -- All from the first reading's minute on, up to the second's.
  LEFT JOIN LATERAL (
    SELECT coalesce(sum(CASE WHEN vobiz.is_credit(t.type) THEN t.amount ELSE -t.amount END), 0) AS net,
      count(*) AS entries
    FROM vobiz.transactions t
    WHERE t.account_id = a.account_id AND t.created_at >= o.starts AND t.created_at < c.starts
      AND t.removed_at IS NULL AND vobiz.is_cash(t.status) AND coalesce(t.currency, a.currency) = a.currency) l
    ON true),
-- The pair of prefixes that explains busy readings best.
fitting AS MATERIALIZED (
  SELECT DISTINCT ON (account_id, currency) account_id, currency, x.moved AS opened, y.moved AS closed,
    max(x.place + y.place) OVER (PARTITION BY account_id, currency) AS entries
  FROM moved m
  JOIN (SELECT * FROM prefixes WHERE side = 'opening' AND place <= 201) x USING (account_id, currency)
  JOIN (SELECT * FROM prefixes WHERE side = 'closing' AND place <= 201) y USING (account_id, currency)
  WHERE m.busy
  ORDER BY account_id, currency, abs(m.opening + m.net - x.moved + y.moved - m.closing), x.place, y.place),
judged AS MATERIALIZED (
  SELECT m.account_id, m.currency, m.entries, u.unit, m.opening, m.closing AS actual, m.opened_until, m.closed_from,
    CASE WHEN m.closing IS NOT NULL THEN m.opening + m.net - coalesce(f.opened, 0) + coalesce(f.closed, 0) END
      AS expected,
    coalesce(f.entries, 0) > 200 AS too_busy
  FROM moved m JOIN units u USING (currency) LEFT JOIN fitting f USING (account_id, currency))
SELECT account_id, currency, NULL::text AS kind, NULL::text AS row_key, expected, actual, unit AS tolerance,
  CASE WHEN expected IS NULL OR actual IS NULL THEN 0 ELSE entries END AS rows,
  expected IS NULL OR actual IS NULL OR too_busy AS inconclusive,
  CASE WHEN opening IS NULL THEN 'no reading of the balance in the day before the billing day'
    WHEN actual IS NULL THEN 'no reading of the balance on the billing day'
    WHEN too_busy THEN 'more than 200 entries while the balance was read' END AS reason
FROM judged
UNION ALL
SELECT '*', '*', NULL, NULL, NULL, NULL, NULL, 0, true, 'no balance was read before the end of this day'
WHERE NOT EXISTS (SELECT FROM accounts)
UNION ALL
SELECT account_id, currency, 'balance_jump', 'wallet', expected, actual, unit, NULL, NULL,
  format('between %s and %s', opened_until, closed_from)
FROM judged WHERE abs(actual - expected) > unit AND NOT too_busy
