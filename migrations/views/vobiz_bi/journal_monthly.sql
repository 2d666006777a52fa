CREATE OR REPLACE VIEW vobiz_bi.journal_monthly AS
  SELECT l.partner_id, l.month, l.account_id, l.account_name, l.currency, p.code AS account_code,
    sum(greatest(p.amount, 0)) AS debit, sum(greatest(-p.amount, 0)) AS credit
  FROM vobiz_bi.invoice_lines_monthly l
  CROSS JOIN LATERAL (
    SELECT c.account_code, c.against_code FROM vobiz.account_codes c WHERE c.line_kind IN (l.line_kind, '*')
    ORDER BY c.line_kind = '*' LIMIT 1) c
  CROSS JOIN LATERAL (VALUES (c.against_code, l.amount), (c.account_code, -l.amount)) p (code, amount)
  GROUP BY l.partner_id, l.month, l.account_id, l.account_name, l.currency, p.code;
COMMENT ON VIEW vobiz_bi.journal_monthly IS
  'the invoice lines of a month as postings, by the codes of vobiz.account_codes: debit and credit of a customer and '
  'currency are equal; months are those of settings.timezone';
COMMENT ON COLUMN vobiz_bi.journal_monthly.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_bi.journal_monthly.month IS 'first day of the billing month, in settings.timezone';
COMMENT ON COLUMN vobiz_bi.journal_monthly.account_id IS 'auth_id of the customer';
COMMENT ON COLUMN vobiz_bi.journal_monthly.account_name IS 'customer''s display name';
COMMENT ON COLUMN vobiz_bi.journal_monthly.currency IS 'ISO 4217 code of the amounts; XXX where nobody states one';
COMMENT ON COLUMN vobiz_bi.journal_monthly.account_code IS 'account of the books, from vobiz.account_codes';
COMMENT ON COLUMN vobiz_bi.journal_monthly.debit IS 'debited to the account of the books, in currency';
COMMENT ON COLUMN vobiz_bi.journal_monthly.credit IS 'credited to the account of the books, in currency';
GRANT SELECT ON vobiz_bi.journal_monthly TO vobiz_reader, vobiz_writer;
