CREATE OR REPLACE VIEW vobiz_bi.low_balance AS
SELECT w.partner_id, w.account_id, w.account_name, w.currency, w.balance, w.average_daily_debit, w.runway_days,
  w.runs_dry_on, a.auto_recharge
FROM vobiz_bi.wallet_runway w JOIN vobiz.accounts a ON a.auth_id = w.account_id
WHERE NOT w.is_postpaid
  AND (w.balance <= 0 OR w.runway_days < (SELECT low_balance_days FROM vobiz.settings));
COMMENT ON VIEW vobiz_bi.low_balance IS
  'prepaid wallets that are empty or last for fewer days than settings.low_balance_days; days are those of '
  'settings.timezone';
COMMENT ON COLUMN vobiz_bi.low_balance.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_bi.low_balance.account_id IS 'auth_id of the customer';
COMMENT ON COLUMN vobiz_bi.low_balance.account_name IS 'customer''s display name';
COMMENT ON COLUMN vobiz_bi.low_balance.currency IS 'ISO 4217 code of the wallet; XXX where nobody states one';
COMMENT ON COLUMN vobiz_bi.low_balance.balance IS 'the wallet as last read, in currency';
COMMENT ON COLUMN vobiz_bi.low_balance.average_daily_debit IS 'of the last 7 whole billing days, in currency';
COMMENT ON COLUMN vobiz_bi.low_balance.runway_days IS 'balance / average_daily_debit; null when nothing was debited';
COMMENT ON COLUMN vobiz_bi.low_balance.runs_dry_on IS
  'billing day on which the wallet is empty at that pace, in settings.timezone';
COMMENT ON COLUMN vobiz_bi.low_balance.auto_recharge IS 'whether the wallet tops itself up';
GRANT SELECT ON vobiz_bi.low_balance TO vobiz_reader, vobiz_writer;
