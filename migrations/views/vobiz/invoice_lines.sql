-- Of unanswered calls some cost a fee; an index has these alone. Parts that are used twice are made in place, so that
-- filters reach them.
CREATE OR REPLACE VIEW vobiz.invoice_lines AS
WITH usage AS (
  SELECT partner_id, date_trunc('month', day)::date AS month, account_id, currency, call_direction, context,
    sum(attempts)::bigint AS calls, sum(answered)::bigint AS answered, sum(billsec) AS billsec,
    coalesce(sum(streaming_cost), 0) AS streaming, sum(total_cost) AS amount
  FROM vobiz.usage_days GROUP BY 1, 2, 3, 4, 5, 6
), parts AS NOT MATERIALIZED (
  SELECT u.partner_id, u.month, u.account_id, coalesce(nullif(u.currency, ''), 'XXX') AS currency, u.call_direction,
    u.context, p.*
  FROM usage u
  CROSS JOIN LATERAL (
    SELECT count(*) AS calls, coalesce(sum(c.total_cost), 0) AS amount,
      coalesce(sum(c.streaming_cost), 0) AS streaming
    FROM vobiz.cdrs c
    WHERE u.calls > u.answered AND c.account_id = u.account_id AND c.partner_id = u.partner_id
      AND c.start_time >= vobiz.billing_day_start(u.month)
      AND c.start_time < vobiz.billing_day_start((u.month + interval '1 month')::date)
      AND coalesce(c.billsec, 0) = 0 AND c.total_cost <> 0 AND c.removed_at IS NULL
      AND (coalesce(c.currency, ''), coalesce(c.call_direction, ''), coalesce(c.context, '')) =
        (u.currency, u.call_direction, u.context)) f
  CROSS JOIN LATERAL (VALUES
    ('usage', u.calls - f.calls, round(u.billsec / 60.0, 2), u.amount - u.streaming - f.amount + f.streaming),
    ('streaming', NULL, NULL, u.streaming - f.streaming),
    ('non_connected', f.calls, NULL, f.amount)) p (line_kind, calls, minutes, amount)
), ledger AS NOT MATERIALIZED (
  SELECT partner_id, date_trunc('month', day)::date AS month, account_id,
    coalesce(nullif(currency, ''), 'XXX') AS currency, vobiz.line_kind(type, reference_type) AS line_kind,
    nullif(reference_type, '') AS reference_type, sum(entries)::bigint AS entries, sum(debit) - sum(credit) AS amount
  FROM vobiz.ledger_days WHERE lower(status) = 'completed' GROUP BY 1, 2, 3, 4, 5, 6
), lines AS (
  SELECT partner_id, month, account_id, line_kind, nullif(call_direction, '') AS call_direction,
    nullif(context, '') AS product, NULL AS reference_type, calls AS quantity_items, minutes AS billable_minutes,
    currency, amount
  FROM parts WHERE calls > 0 OR amount <> 0
  UNION ALL
  SELECT partner_id, month, account_id, 'ledger_difference', NULL, NULL, NULL, NULL, NULL, currency, sum(amount)
  FROM (
    SELECT partner_id, month, account_id, currency, amount FROM ledger WHERE line_kind = 'call'
    UNION ALL
    SELECT partner_id, month, account_id, currency, -amount FROM parts) d
  GROUP BY partner_id, month, account_id, currency HAVING sum(amount) <> 0
  UNION ALL
  SELECT partner_id, month, account_id, line_kind, NULL, NULL, reference_type, entries, NULL, currency, amount
  FROM ledger WHERE line_kind <> 'call'
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
COMMENT ON COLUMN vobiz.invoice_lines.call_direction IS 'of lines about calls: inbound or outbound';
COMMENT ON COLUMN vobiz.invoice_lines.product IS 'of lines about calls: their context';
COMMENT ON COLUMN vobiz.invoice_lines.reference_type IS 'of ledger lines: what the entries are for';
COMMENT ON COLUMN vobiz.invoice_lines.quantity_items IS
  'calls, or entries of the ledger; null for streaming and ledger_difference';
COMMENT ON COLUMN vobiz.invoice_lines.billable_minutes IS 'of usage: billable seconds / 60';
COMMENT ON COLUMN vobiz.invoice_lines.currency IS 'ISO 4217 code of amount; XXX where nobody states one';
COMMENT ON COLUMN vobiz.invoice_lines.amount IS 'charges positive, credits negative, in currency';
GRANT SELECT ON vobiz.invoice_lines TO vobiz_reader, vobiz_writer;
