-- The readings of a mirror that had run all the time: wallets, master wallet and dashboard, derived from the ledger and
-- stored as polls before the end of each billing day of :zone would have. psql -v zone=… -v first=… -v last=…
CREATE TEMPORARY TABLE polls AS
  SELECT at, row_number() OVER (ORDER BY at) AS n
  FROM generate_series(:'first'::date::timestamp, :'last'::date::timestamp, interval '1 day') d
  CROSS JOIN unnest('{50,35,25,18,10,5}'::integer[]) minutes
  CROSS JOIN LATERAL (SELECT d AT TIME ZONE :'zone' - minutes * interval '1 minute' AS at) p;

UPDATE vobiz.accounts SET first_seen_at = :'first'::date - 30;
UPDATE vobiz.numbers SET first_seen_at = greatest(:'first'::date - 30, coalesce(assigned_at, purchased_at)),
  changed_at = greatest(:'first'::date - 30, coalesce(assigned_at, purchased_at));
UPDATE vobiz.cdrs SET first_seen_at = start_time + interval '10 minutes',
  changed_at = start_time + interval '10 minutes';
UPDATE vobiz.transactions SET first_seen_at = created_at + interval '10 minutes',
  changed_at = created_at + interval '10 minutes';

INSERT INTO vobiz_sync.runs (partner_id, stream, command, started_at, finished_at, outcome)
SELECT a.auth_id, s, 'run', p.at, p.at + interval '1 second', 'ok'
FROM vobiz.partners a CROSS JOIN polls p CROSS JOIN unnest(ARRAY['accounts', 'profile', 'dashboard']) s;

CREATE TEMPORARY TABLE moved AS
  SELECT t.account_id, coalesce(t.currency, vobiz.account_currency(t.account_id)) AS currency,
    width_bucket(t.created_at, p.ats) + 1 AS n,
    sum(CASE WHEN vobiz.is_credit(t.type) THEN t.amount ELSE -t.amount END) AS net,
    coalesce(sum(t.amount) FILTER (WHERE t.reference LIKE 'ptc:%'), 0) AS transferred
  FROM vobiz.transactions t
  CROSS JOIN (SELECT array_agg(at ORDER BY at) AS ats FROM polls) p
  WHERE t.removed_at IS NULL AND vobiz.is_cash(t.status) GROUP BY 1, 2, 3;
-- Before the first reading, and at each one by which the wallet has moved. The wallet of today is that after all.
DELETE FROM vobiz.account_balances;
INSERT INTO vobiz.account_balances (partner_id, auth_id, currency, captured_at, cash_credits)
SELECT w.partner_id, w.account_id, w.currency, p.at + interval '0.5 seconds', w.balance
FROM (
  SELECT a.partner_id, w.account_id, w.currency, w.n, a.cash_credits - coalesce(sum(w.net) OVER (
    PARTITION BY w.account_id ORDER BY w.n DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS balance
  FROM vobiz.accounts a JOIN (
    SELECT account_id, currency, n, sum(net) AS net
    FROM (SELECT account_id, currency, n, net FROM moved
      UNION ALL SELECT auth_id, vobiz.account_currency(auth_id), 1, 0 FROM vobiz.accounts) m
    GROUP BY 1, 2, 3) w ON w.account_id = a.auth_id) w
JOIN polls p USING (n);

DELETE FROM vobiz.dashboard_snapshots;
INSERT INTO vobiz.dashboard_snapshots (partner_id, captured_at, accounts_total, accounts_active, total_balance,
  currency)
SELECT c.partner_id, p.at + interval '1.5 seconds', c.total, c.active, c.balance - coalesce((
    SELECT sum(m.net) FROM moved m WHERE m.n > p.n), 0), c.currency
FROM polls p CROSS JOIN (
  SELECT p.partner_id, p.currency, count(*) AS total, count(*) FILTER (WHERE a.is_active) AS active,
    sum(a.cash_credits) AS balance
  FROM vobiz.partners p JOIN vobiz.accounts a USING (partner_id) GROUP BY 1, 2) c;
INSERT INTO vobiz.partner_balances (partner_id, currency, captured_at, balance)
SELECT a.auth_id, a.currency, p.at + interval '0.5 seconds',
  a.balance + coalesce((SELECT sum(m.transferred) FROM moved m WHERE m.n > p.n), 0)
FROM vobiz.partners a CROSS JOIN polls p;
ANALYZE;
