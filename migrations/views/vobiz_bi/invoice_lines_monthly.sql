CREATE OR REPLACE VIEW vobiz_bi.invoice_lines_monthly AS
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
  FROM vobiz.ledger_days WHERE status = 'completed' GROUP BY 1, 2, 3, 4, 5, 6
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
SELECT l.partner_id, l.month, l.account_id, a.name AS account_name, l.line_kind, l.call_direction, l.product,
  l.reference_type, l.quantity_items, l.billable_minutes, l.currency, l.amount
FROM lines l LEFT JOIN vobiz.accounts a ON a.auth_id = l.account_id;
COMMENT ON VIEW vobiz_bi.invoice_lines_monthly IS
  'what makes up a month of a customer: the lines of one currency add up to debit - credit of '
  'account_statement_monthly';
COMMENT ON COLUMN vobiz_bi.invoice_lines_monthly.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_bi.invoice_lines_monthly.month IS 'first day of the billing month, in settings.timezone';
COMMENT ON COLUMN vobiz_bi.invoice_lines_monthly.account_id IS 'auth_id of the customer';
COMMENT ON COLUMN vobiz_bi.invoice_lines_monthly.account_name IS 'customer''s display name';
COMMENT ON COLUMN vobiz_bi.invoice_lines_monthly.line_kind IS
  'usage: calls by direction and product, from the calls; ledger_difference: what the ledger debited for calls '
  'beyond that; rental and purchase: numbers; top_up: money in; adjustment: refunds and corrections; other: the '
  'rest of the ledger';
COMMENT ON COLUMN vobiz_bi.invoice_lines_monthly.call_direction IS 'of usage: inbound or outbound';
COMMENT ON COLUMN vobiz_bi.invoice_lines_monthly.product IS 'of usage: the context of the calls';
COMMENT ON COLUMN vobiz_bi.invoice_lines_monthly.reference_type IS 'of ledger lines: what the entries are for';
COMMENT ON COLUMN vobiz_bi.invoice_lines_monthly.quantity_items IS
  'calls of usage, entries of other lines; null for ledger_difference';
COMMENT ON COLUMN vobiz_bi.invoice_lines_monthly.billable_minutes IS 'of usage: billable seconds / 60';
COMMENT ON COLUMN vobiz_bi.invoice_lines_monthly.currency IS 'ISO 4217 code of amount; XXX where nobody states one';
COMMENT ON COLUMN vobiz_bi.invoice_lines_monthly.amount IS 'charges positive, credits negative, in currency';
GRANT SELECT ON vobiz_bi.invoice_lines_monthly TO vobiz_reader, vobiz_writer;
