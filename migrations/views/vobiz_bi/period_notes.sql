-- What a frozen month would be by the rows as they are now, less what was issued about it in any month.
CREATE OR REPLACE VIEW vobiz_bi.period_notes AS
WITH frozen AS (
  SELECT partner_id, month, issue FROM vobiz.frozen_months
), issued AS (
  SELECT i.* FROM vobiz.issued_lines i JOIN frozen USING (partner_id, month, issue) WHERE i.line_kind <> 'rounding'
), differences AS (
  SELECT l.partner_id, l.month AS of_month, l.account_id, l.currency, l.line_kind, l.call_direction, l.product,
    l.reference_type, l.quantity_items, l.billable_minutes, l.amount
  FROM vobiz.invoice_lines l JOIN frozen USING (partner_id, month)
  UNION ALL
  SELECT i.partner_id, i.of_month, i.account_id, i.currency, i.line_kind, i.call_direction, i.product,
    i.reference_type, -i.quantity_items, -i.billable_minutes, -i.amount
  FROM issued i JOIN frozen f ON (f.partner_id, f.month) = (i.partner_id, i.of_month)
), pending AS (
  SELECT partner_id, of_month, account_id, currency, line_kind, call_direction, product, reference_type,
    sum(quantity_items)::bigint AS quantity_items, sum(billable_minutes) AS billable_minutes, sum(amount) AS amount
  FROM differences GROUP BY 1, 2, 3, 4, 5, 6, 7, 8 HAVING sum(amount) <> 0
), notes AS (
  SELECT partner_id, month, of_month, true AS is_issued, account_id, currency, line_kind, call_direction, product,
    reference_type, quantity_items, billable_minutes, amount
  FROM issued WHERE of_month <> month
  UNION ALL
  SELECT n.partner_id, o.month, n.of_month, false, n.account_id, n.currency, n.line_kind, n.call_direction, n.product,
    n.reference_type, n.quantity_items, n.billable_minutes, n.amount
  FROM pending n
  CROSS JOIN LATERAL (
    SELECT min(m)::date AS month FROM generate_series(n.of_month + interval '1 month',
      (SELECT max(f.month) FROM frozen f WHERE f.partner_id = n.partner_id) + interval '1 month', interval '1 month') m
    WHERE NOT EXISTS (SELECT FROM frozen f WHERE (f.partner_id, f.month) = (n.partner_id, m::date))) o
)
SELECT n.partner_id, n.month, n.of_month, n.is_issued, n.account_id, a.name AS account_name,
  CASE WHEN n.amount < 0 THEN 'credit_note' ELSE 'debit_note' END AS note_kind, n.line_kind, n.call_direction,
  n.product, n.reference_type, n.quantity_items, n.billable_minutes, n.currency, n.amount
FROM notes n LEFT JOIN vobiz.accounts a ON a.auth_id = n.account_id;
COMMENT ON VIEW vobiz_bi.period_notes IS
  'what changed in months after they were frozen, as credit and debit notes of a later month; months are those of '
  'settings.timezone';
COMMENT ON COLUMN vobiz_bi.period_notes.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_bi.period_notes.month IS
  'the billing month (settings.timezone) whose invoice has the note; while it is not issued, the first one after '
  'of_month not frozen';
COMMENT ON COLUMN vobiz_bi.period_notes.of_month IS 'the frozen month that changed, in settings.timezone';
COMMENT ON COLUMN vobiz_bi.period_notes.is_issued IS 'whether month is frozen, too; else the note may still change';
COMMENT ON COLUMN vobiz_bi.period_notes.account_id IS 'auth_id of the customer';
COMMENT ON COLUMN vobiz_bi.period_notes.account_name IS 'customer''s display name';
COMMENT ON COLUMN vobiz_bi.period_notes.note_kind IS 'credit_note: amount is negative; debit_note';
COMMENT ON COLUMN vobiz_bi.period_notes.line_kind IS 'the line that changed, as in invoice_lines_monthly';
COMMENT ON COLUMN vobiz_bi.period_notes.call_direction IS 'of lines about calls: inbound or outbound';
COMMENT ON COLUMN vobiz_bi.period_notes.product IS 'of lines about calls: their context';
COMMENT ON COLUMN vobiz_bi.period_notes.reference_type IS 'of ledger lines: what the entries are for';
COMMENT ON COLUMN vobiz_bi.period_notes.quantity_items IS 'calls or entries more or less than issued';
COMMENT ON COLUMN vobiz_bi.period_notes.billable_minutes IS 'of usage: minutes more or less than issued';
COMMENT ON COLUMN vobiz_bi.period_notes.currency IS 'ISO 4217 code of amount; XXX where nobody states one';
COMMENT ON COLUMN vobiz_bi.period_notes.amount IS 'more to be charged positive, less negative, in currency';
GRANT SELECT ON vobiz_bi.period_notes TO vobiz_reader, vobiz_writer;
