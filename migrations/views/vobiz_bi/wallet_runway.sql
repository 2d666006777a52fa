CREATE OR REPLACE VIEW vobiz_bi.wallet_runway AS
SELECT a.partner_id, a.auth_id AS account_id, a.name AS account_name, a.postpaid IS TRUE AS is_postpaid, w.currency,
  w.balance, w.balance_changed_at, w.debit AS debit_7_days, round(w.debit / 7, 5) AS average_daily_debit,
  round(w.balance * 7 / nullif(w.debit, 0), 1) AS runway_days,
  CASE WHEN w.debit > 0 AND w.balance IS NOT NULL THEN vobiz.billing_day(now())
    + floor(greatest(least(w.balance * 7 / nullif(w.debit, 0), 100000), 0))::integer END AS runs_dry_on
FROM (
  SELECT a.auth_id, c.currency, coalesce(b.cash_credits, a.cash_credits) AS balance,
    b.captured_at AS balance_changed_at,
    coalesce(l.debit, 0) AS debit
  FROM vobiz.accounts a CROSS JOIN LATERAL (SELECT vobiz.account_currency(a.auth_id) AS currency OFFSET 0) c
  LEFT JOIN (
    SELECT l.account_id, coalesce(nullif(l.currency, ''), 'XXX') AS currency, sum(l.debit) AS debit
    FROM vobiz.ledger_days l
    WHERE lower(l.status) = 'completed' AND l.day BETWEEN vobiz.billing_day(now()) - 7 AND vobiz.billing_day(now()) - 1
    GROUP BY 1, 2) l ON l.account_id = a.auth_id AND l.currency = c.currency
  LEFT JOIN LATERAL (
    SELECT * FROM vobiz.account_balances b WHERE b.auth_id = a.auth_id AND b.currency = c.currency
    ORDER BY b.captured_at DESC LIMIT 1) b ON true
) w JOIN vobiz.accounts a ON a.auth_id = w.auth_id
WHERE a.removed_at IS NULL;
COMMENT ON VIEW vobiz_bi.wallet_runway IS
  'how long each wallet lasts at the pace of the last 7 whole billing days; days are those of settings.timezone';
COMMENT ON COLUMN vobiz_bi.wallet_runway.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_bi.wallet_runway.account_id IS 'auth_id of the customer';
COMMENT ON COLUMN vobiz_bi.wallet_runway.account_name IS 'customer''s display name';
COMMENT ON COLUMN vobiz_bi.wallet_runway.is_postpaid IS 'billed afterwards: an empty wallet stops nothing';
COMMENT ON COLUMN vobiz_bi.wallet_runway.currency IS 'ISO 4217 code of the wallet; XXX where nobody states one';
COMMENT ON COLUMN vobiz_bi.wallet_runway.balance IS 'the wallet as last read, in currency';
COMMENT ON COLUMN vobiz_bi.wallet_runway.balance_changed_at IS 'since when it was read with this value';
COMMENT ON COLUMN vobiz_bi.wallet_runway.debit_7_days IS
  'completed debits of the last 7 whole billing days, in currency';
COMMENT ON COLUMN vobiz_bi.wallet_runway.average_daily_debit IS 'debit_7_days / 7, in currency';
COMMENT ON COLUMN vobiz_bi.wallet_runway.runway_days IS 'balance / average_daily_debit; null when nothing was debited';
COMMENT ON COLUMN vobiz_bi.wallet_runway.runs_dry_on IS
  'billing day on which the wallet is empty at that pace, in settings.timezone';
GRANT SELECT ON vobiz_bi.wallet_runway TO vobiz_reader, vobiz_writer;
