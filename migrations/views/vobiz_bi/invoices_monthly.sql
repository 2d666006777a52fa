CREATE OR REPLACE VIEW vobiz_bi.invoices_monthly AS
WITH sums AS (
  SELECT partner_id, month, account_id, account_name, currency,
    coalesce(sum(amount) FILTER (WHERE vobiz.is_invoiced(line_kind) AND amount > 0), 0) AS charges_amount,
    coalesce(sum(amount) FILTER (WHERE vobiz.is_invoiced(line_kind) AND amount < 0), 0) AS credits_amount,
    coalesce(sum(amount) FILTER (WHERE line_kind = 'rounding'), 0) AS rounding_amount,
    coalesce(sum(amount) FILTER (WHERE NOT vobiz.is_invoiced(line_kind) AND line_kind <> 'rounding'), 0)
      AS payments_amount
  FROM vobiz_bi.invoice_lines_monthly GROUP BY partner_id, month, account_id, account_name, currency
)
SELECT s.partner_id, s.month, s.account_id, s.account_name, s.currency, s.charges_amount, s.credits_amount,
  s.rounding_amount, t.total AS total_amount, s.payments_amount,
  CASE WHEN (SELECT vobiz.sees_numbers()) THEN x.gstin END AS gstin, x.gst_status, x.tds_percentage AS tds_percent,
  x.tds_amount, f.issue, f.frozen_at AS issued_at
FROM sums s
CROSS JOIN LATERAL (SELECT s.charges_amount + s.credits_amount + s.rounding_amount AS total) t
LEFT JOIN vobiz.frozen_months f ON (f.partner_id, f.month) = (s.partner_id, s.month)
LEFT JOIN vobiz.issued_taxes i ON (i.partner_id, i.month, i.issue, i.account_id, i.currency) =
  (f.partner_id, f.month, f.issue, s.account_id, s.currency)
LEFT JOIN vobiz.accounts a ON a.auth_id = s.account_id
CROSS JOIN LATERAL (SELECT vobiz.tds_percentage(a.tds_enabled, a.tds_percentage) AS tds) n
CROSS JOIN LATERAL (
  SELECT i.gstin, i.gst_status, i.tds_percentage, i.tds_amount WHERE f.month IS NOT NULL
  UNION ALL
  SELECT nullif(a.gstin, ''), nullif(a.gst_status, ''), n.tds,
    round(t.total * n.tds / 100, vobiz.invoice_decimals(s.currency))
  WHERE f.month IS NULL) x;
COMMENT ON VIEW vobiz_bi.invoices_monthly IS
  'what each customer is invoiced for a month, from invoice_lines_monthly: as issued where the month is frozen; months '
  'are those of settings.timezone';
COMMENT ON COLUMN vobiz_bi.invoices_monthly.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_bi.invoices_monthly.month IS 'first day of the billing month, in settings.timezone';
COMMENT ON COLUMN vobiz_bi.invoices_monthly.account_id IS 'auth_id of the customer';
COMMENT ON COLUMN vobiz_bi.invoices_monthly.account_name IS 'customer''s display name';
COMMENT ON COLUMN vobiz_bi.invoices_monthly.currency IS 'ISO 4217 code of the amounts; XXX where nobody states one';
COMMENT ON COLUMN vobiz_bi.invoices_monthly.charges_amount IS 'usage, fees, numbers and services, in currency';
COMMENT ON COLUMN vobiz_bi.invoices_monthly.credits_amount IS
  'credit notes, refunds and goodwill, in currency; negative';
COMMENT ON COLUMN vobiz_bi.invoices_monthly.rounding_amount IS
  'what makes total_amount one of currencies.invoice_decimals';
COMMENT ON COLUMN vobiz_bi.invoices_monthly.total_amount IS 'charges_amount + credits_amount + rounding_amount';
COMMENT ON COLUMN vobiz_bi.invoices_monthly.payments_amount IS
  'top-ups, chargebacks and transfers, which are not part of the total: what is paid in is negative';
COMMENT ON COLUMN vobiz_bi.invoices_monthly.gstin IS
  'Indian tax number (GSTIN) of the customer; null for readers without numbers';
COMMENT ON COLUMN vobiz_bi.invoices_monthly.gst_status IS 'state of the customer''s tax registration';
COMMENT ON COLUMN vobiz_bi.invoices_monthly.tds_percent IS
  'tax that the customer deducts at source, percent; 0: none; null: the API does not say';
COMMENT ON COLUMN vobiz_bi.invoices_monthly.tds_amount IS 'tds_percent of total_amount, in currency';
COMMENT ON COLUMN vobiz_bi.invoices_monthly.issue IS 'how often the month was issued; null: it is not frozen';
COMMENT ON COLUMN vobiz_bi.invoices_monthly.issued_at IS 'when the month was frozen; null: the invoice is live';
GRANT SELECT ON vobiz_bi.invoices_monthly TO vobiz_reader, vobiz_writer;
