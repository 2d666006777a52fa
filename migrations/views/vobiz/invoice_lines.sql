CREATE OR REPLACE VIEW vobiz.invoice_lines AS
WITH usage AS (
  SELECT partner_id, date_trunc('month', day)::date AS month, account_id,
    coalesce(nullif(currency, ''), 'XXX') AS currency,
    call_direction, context, sum(attempts)::bigint AS calls, sum(billsec) AS billsec, sum(total_cost) AS amount
  FROM vobiz.usage_days GROUP BY 1, 2, 3, 4, 5, 6
), ledger AS (
  SELECT partner_id, date_trunc('month', day)::date AS month, account_id,
    coalesce(nullif(currency, ''), 'XXX') AS currency,
    reference_type, vobiz.is_credit(type) AS is_credit, sum(entries)::bigint AS entries,
    sum(debit) - sum(credit) AS amount
  FROM vobiz.ledger_days WHERE lower(status) = 'completed' GROUP BY 1, 2, 3, 4, 5, 6
), lines AS (
  SELECT partner_id, month, account_id, 'usage' AS line_kind, nullif(call_direction, '') AS call_direction,
    nullif(context, '') AS product, NULL AS reference_type, calls AS quantity_items,
    round(billsec / 60.0, 2) AS billable_minutes, currency, amount
  FROM usage WHERE calls > 0
  UNION ALL
  SELECT partner_id, month, account_id, 'ledger_difference', NULL, NULL, NULL, NULL, NULL, currency, sum(amount)
  FROM (
    SELECT partner_id, month, account_id, currency, amount FROM ledger
    WHERE NOT is_credit AND reference_type IN ('cdr', 'stream_cdr', 'ncc')
    UNION ALL
    SELECT partner_id, month, account_id, currency, -amount FROM usage) d
  GROUP BY partner_id, month, account_id, currency HAVING sum(amount) <> 0
  UNION ALL
  SELECT partner_id, month, account_id,
    CASE WHEN reference_type IN ('refund', 'manual_adjustment')
        OR is_credit AND reference_type IN ('cdr', 'stream_cdr', 'ncc')
        THEN 'adjustment'
      WHEN is_credit THEN 'top_up'
      WHEN reference_type = 'did_rental' THEN 'rental'
      WHEN reference_type LIKE 'did%' THEN 'purchase'
      ELSE 'other' END,
    NULL, NULL, nullif(reference_type, ''), sum(entries)::bigint, NULL, currency, sum(amount)
  FROM ledger WHERE is_credit OR reference_type NOT IN ('cdr', 'stream_cdr', 'ncc')
  GROUP BY partner_id, month, account_id, reference_type, is_credit, currency
)
SELECT partner_id, month, account_id, line_kind, call_direction, product, reference_type, quantity_items,
  billable_minutes, currency, amount
FROM lines;
COMMENT ON VIEW vobiz.invoice_lines IS
  'what makes up a month of a customer by the rows as they are now, whether the month is frozen or not; months are '
  'those of settings.timezone';
COMMENT ON COLUMN vobiz.invoice_lines.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz.invoice_lines.month IS 'first day of the billing month, in settings.timezone';
COMMENT ON COLUMN vobiz.invoice_lines.account_id IS 'auth_id of the customer';
COMMENT ON COLUMN vobiz.invoice_lines.line_kind IS 'as in vobiz_bi.invoice_lines_monthly';
COMMENT ON COLUMN vobiz.invoice_lines.call_direction IS 'of usage: inbound or outbound';
COMMENT ON COLUMN vobiz.invoice_lines.product IS 'of usage: the context of the calls';
COMMENT ON COLUMN vobiz.invoice_lines.reference_type IS 'of ledger lines: what the entries are for';
COMMENT ON COLUMN vobiz.invoice_lines.quantity_items IS
  'calls of usage, entries of other lines; null for ledger_difference';
COMMENT ON COLUMN vobiz.invoice_lines.billable_minutes IS 'of usage: billable seconds / 60';
COMMENT ON COLUMN vobiz.invoice_lines.currency IS 'ISO 4217 code of amount; XXX where nobody states one';
COMMENT ON COLUMN vobiz.invoice_lines.amount IS 'charges positive, credits negative, in currency';
GRANT SELECT ON vobiz.invoice_lines TO vobiz_reader, vobiz_writer;
