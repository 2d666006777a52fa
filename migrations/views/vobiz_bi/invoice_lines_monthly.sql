-- A frozen month has its lines as issued; what has changed since is a note in the first month that is not frozen.
-- A late payment is no credit note. Lines are made in place, for filters to reach them.
CREATE OR REPLACE VIEW vobiz_bi.invoice_lines_monthly AS
WITH lines AS NOT MATERIALIZED (
  SELECT l.partner_id, l.month, l.account_id, l.line_kind, l.call_direction, l.product, l.reference_type,
    l.quantity_items, l.billable_minutes, l.currency, l.amount, l.month AS of_month, false AS is_issued
  FROM vobiz.invoice_lines l
  WHERE NOT EXISTS (SELECT FROM vobiz.frozen_months f WHERE (f.partner_id, f.month) = (l.partner_id, l.month))
  UNION ALL
  SELECT i.partner_id, i.month, i.account_id, i.line_kind, i.call_direction, i.product, i.reference_type,
    i.quantity_items, i.billable_minutes, i.currency, i.amount, i.of_month, true
  FROM vobiz.issued_lines i JOIN vobiz.frozen_months USING (partner_id, month, issue)
  WHERE i.of_month = i.month
  UNION ALL
  SELECT n.partner_id, n.month, n.account_id,
    CASE WHEN vobiz.is_invoiced(n.line_kind) THEN n.note_kind ELSE n.line_kind END, n.call_direction, n.product,
    coalesce(n.reference_type, n.line_kind), n.quantity_items, n.billable_minutes, n.currency, n.amount, n.of_month,
    n.is_issued
  FROM vobiz_bi.period_notes n
), rounded AS (
  SELECT * FROM lines
  UNION ALL
  SELECT partner_id, month, account_id, 'rounding', NULL, NULL, NULL, NULL, NULL, currency,
    round(sum(amount), vobiz.invoice_decimals(currency)) - sum(amount), month, false
  FROM lines WHERE NOT is_issued AND vobiz.is_invoiced(line_kind)
  GROUP BY partner_id, month, account_id, currency
  HAVING round(sum(amount), vobiz.invoice_decimals(currency)) <> sum(amount)
)
SELECT l.partner_id, l.month, l.account_id, a.name AS account_name, l.line_kind, l.call_direction, l.product,
  l.reference_type, l.quantity_items, l.billable_minutes, l.currency, l.amount, l.of_month,
  round(l.amount / nullif(coalesce(nullif(l.billable_minutes, 0), l.quantity_items), 0), 4) AS unit_amount
FROM rounded l LEFT JOIN vobiz.accounts a ON a.auth_id = l.account_id;
COMMENT ON VIEW vobiz_bi.invoice_lines_monthly IS
  'what makes up a month of a customer: the lines of one currency but rounding add up to debit - credit + notes_amount '
  'of account_statement_monthly, and those that are no payments, with rounding, to the total of invoices_monthly; '
  'months are those of settings.timezone';
COMMENT ON COLUMN vobiz_bi.invoice_lines_monthly.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_bi.invoice_lines_monthly.month IS 'first day of the billing month, in settings.timezone';
COMMENT ON COLUMN vobiz_bi.invoice_lines_monthly.account_id IS 'auth_id of the customer';
COMMENT ON COLUMN vobiz_bi.invoice_lines_monthly.account_name IS 'customer''s display name';
COMMENT ON COLUMN vobiz_bi.invoice_lines_monthly.line_kind IS
  'from the calls, by direction and product: usage, streaming, and non_connected, the fees of unanswered calls; '
  'ledger_difference: what the ledger debited for calls beyond that; numbers: rental, setup, rental_refund; service: '
  'recordings and the like; refund, goodwill, adjustment; credit_note and debit_note: the provider''s, or what changed '
  'in an earlier month after it was frozen; other; payments: top_up, chargeback, transfer; rounding of the total';
COMMENT ON COLUMN vobiz_bi.invoice_lines_monthly.call_direction IS 'of lines about calls: inbound or outbound';
COMMENT ON COLUMN vobiz_bi.invoice_lines_monthly.product IS 'of lines about calls: their context';
COMMENT ON COLUMN vobiz_bi.invoice_lines_monthly.reference_type IS
  'of ledger lines: what the entries are for; of notes about other lines: the kind of the line';
COMMENT ON COLUMN vobiz_bi.invoice_lines_monthly.quantity_items IS
  'calls, or entries of the ledger; null for streaming, ledger_difference and rounding';
COMMENT ON COLUMN vobiz_bi.invoice_lines_monthly.billable_minutes IS 'of usage: billable seconds / 60';
COMMENT ON COLUMN vobiz_bi.invoice_lines_monthly.currency IS 'ISO 4217 code of amount; XXX where nobody states one';
COMMENT ON COLUMN vobiz_bi.invoice_lines_monthly.of_month IS
  'the month that the amount belongs to, in settings.timezone: month itself, or an earlier one in a note';
COMMENT ON COLUMN vobiz_bi.invoice_lines_monthly.amount IS 'charges positive, credits negative, in currency';
COMMENT ON COLUMN vobiz_bi.invoice_lines_monthly.unit_amount IS
  'amount of a minute, or else of an item, in currency; null where there are none';
GRANT SELECT ON vobiz_bi.invoice_lines_monthly TO vobiz_reader, vobiz_writer;
