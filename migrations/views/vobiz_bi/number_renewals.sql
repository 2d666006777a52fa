CREATE OR REPLACE VIEW vobiz_bi.number_renewals AS
SELECT r.partner_id, r.renews_on, r.renews_on - vobiz.billing_day(now()) AS days_until_renewal,
  CASE WHEN (SELECT vobiz.sees_numbers()) THEN r.e164 ELSE vobiz.masked_number(r.e164) END AS e164,
  r.account_id, r.account_name, r.monthly_fee, r.currency, w.balance, w.currency AS wallet_currency, r.fees_due_by_then,
  CASE WHEN w.currency = r.currency THEN w.balance >= r.fees_due_by_then END AS is_covered
FROM (
  SELECT n.*, a.name AS account_name, vobiz.billing_day(n.next_billing_date) AS renews_on,
    sum(n.monthly_fee) OVER (
      PARTITION BY n.account_id, n.currency ORDER BY n.next_billing_date, n.e164) AS fees_due_by_then
  FROM vobiz.numbers n LEFT JOIN vobiz.accounts a ON a.auth_id = n.account_id
  WHERE n.removed_at IS NULL AND n.next_billing_date IS NOT NULL AND n.account_id IS NOT NULL) r
LEFT JOIN vobiz_bi.wallet_runway w ON w.account_id = r.account_id;
COMMENT ON VIEW vobiz_bi.number_renewals IS
  'rentals of numbers that fall due, and whether the wallet covers them; days are those of settings.timezone';
COMMENT ON COLUMN vobiz_bi.number_renewals.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_bi.number_renewals.renews_on IS 'billing day of the next rental, in settings.timezone';
COMMENT ON COLUMN vobiz_bi.number_renewals.days_until_renewal IS 'from today; negative when it is overdue';
COMMENT ON COLUMN vobiz_bi.number_renewals.e164 IS 'the number';
COMMENT ON COLUMN vobiz_bi.number_renewals.account_id IS 'auth_id of the customer';
COMMENT ON COLUMN vobiz_bi.number_renewals.account_name IS 'customer''s display name';
COMMENT ON COLUMN vobiz_bi.number_renewals.monthly_fee IS 'the rental, in currency';
COMMENT ON COLUMN vobiz_bi.number_renewals.currency IS 'ISO 4217 code of monthly_fee';
COMMENT ON COLUMN vobiz_bi.number_renewals.balance IS 'the customer''s wallet as last read, in wallet_currency';
COMMENT ON COLUMN vobiz_bi.number_renewals.wallet_currency IS 'ISO 4217 code of balance';
COMMENT ON COLUMN vobiz_bi.number_renewals.fees_due_by_then IS
  'this rental and the customer''s earlier ones in the same currency, in currency';
COMMENT ON COLUMN vobiz_bi.number_renewals.is_covered IS
  'whether the wallet is enough for fees_due_by_then today; null where the currencies differ or nothing is known';
GRANT SELECT ON vobiz_bi.number_renewals TO vobiz_reader, vobiz_writer;
