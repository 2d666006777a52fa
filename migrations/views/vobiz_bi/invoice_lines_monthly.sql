-- A frozen month has its lines as issued; what has changed since is a note in the first month that is not frozen.
CREATE OR REPLACE VIEW vobiz_bi.invoice_lines_monthly AS
WITH lines AS (
  SELECT l.partner_id, l.month, l.account_id, l.line_kind, l.call_direction, l.product, l.reference_type,
    l.quantity_items, l.billable_minutes, l.currency, l.amount, l.month AS of_month
  FROM vobiz.invoice_lines l
  WHERE NOT EXISTS (SELECT FROM vobiz.periods p
    WHERE (p.partner_id, p.month) = (l.partner_id, l.month) AND p.state = 'frozen')
  UNION ALL
  SELECT i.partner_id, i.month, i.account_id, i.line_kind, i.call_direction, i.product, i.reference_type,
    i.quantity_items, i.billable_minutes, i.currency, i.amount, i.of_month
  FROM vobiz.issued_lines i JOIN vobiz.periods p USING (partner_id, month, issue)
  WHERE p.state = 'frozen' AND i.of_month = i.month
  UNION ALL
  SELECT n.partner_id, n.month, n.account_id, n.note_kind, n.call_direction, n.product,
    coalesce(n.reference_type, n.line_kind), n.quantity_items, n.billable_minutes, n.currency, n.amount, n.of_month
  FROM vobiz_bi.period_notes n
)
SELECT l.partner_id, l.month, l.account_id, a.name AS account_name, l.line_kind, l.call_direction, l.product,
  l.reference_type, l.quantity_items, l.billable_minutes, l.currency, l.amount, l.of_month
FROM lines l LEFT JOIN vobiz.accounts a ON a.auth_id = l.account_id;
COMMENT ON VIEW vobiz_bi.invoice_lines_monthly IS
  'what makes up a month of a customer: the lines of one currency add up to debit - credit + notes_amount of '
  'account_statement_monthly; months are those of settings.timezone';
COMMENT ON COLUMN vobiz_bi.invoice_lines_monthly.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_bi.invoice_lines_monthly.month IS 'first day of the billing month, in settings.timezone';
COMMENT ON COLUMN vobiz_bi.invoice_lines_monthly.account_id IS 'auth_id of the customer';
COMMENT ON COLUMN vobiz_bi.invoice_lines_monthly.account_name IS 'customer''s display name';
COMMENT ON COLUMN vobiz_bi.invoice_lines_monthly.line_kind IS
  'usage: calls by direction and product, from the calls; ledger_difference: what the ledger debited for calls '
  'beyond that; rental and purchase: numbers; top_up: money in; adjustment: refunds and corrections; other: the '
  'rest of the ledger; credit_note and debit_note: what changed in an earlier month after it was frozen';
COMMENT ON COLUMN vobiz_bi.invoice_lines_monthly.call_direction IS 'of usage: inbound or outbound';
COMMENT ON COLUMN vobiz_bi.invoice_lines_monthly.product IS 'of usage: the context of the calls';
COMMENT ON COLUMN vobiz_bi.invoice_lines_monthly.reference_type IS
  'of ledger lines: what the entries are for; of notes about other lines: the kind of the line';
COMMENT ON COLUMN vobiz_bi.invoice_lines_monthly.quantity_items IS
  'calls of usage, entries of other lines; null for ledger_difference';
COMMENT ON COLUMN vobiz_bi.invoice_lines_monthly.billable_minutes IS 'of usage: billable seconds / 60';
COMMENT ON COLUMN vobiz_bi.invoice_lines_monthly.currency IS 'ISO 4217 code of amount; XXX where nobody states one';
COMMENT ON COLUMN vobiz_bi.invoice_lines_monthly.of_month IS
  'the month that the amount belongs to, in settings.timezone: month itself, or an earlier one in a note';
COMMENT ON COLUMN vobiz_bi.invoice_lines_monthly.amount IS 'charges positive, credits negative, in currency';
GRANT SELECT ON vobiz_bi.invoice_lines_monthly TO vobiz_reader, vobiz_writer;
