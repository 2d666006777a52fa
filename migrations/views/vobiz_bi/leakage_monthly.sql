-- Two checks may find the same row: its larger amount counts, once. Parts are added up, not joined, so that a filter of
-- months reaches them.
CREATE OR REPLACE VIEW vobiz_bi.leakage_monthly AS
WITH leaks AS (
  SELECT DISTINCT ON (b.partner_id, b.billing_day, b.account_id, b.currency, b.row_key) b.partner_id,
    date_trunc('month', b.billing_day)::date AS month, b.currency, b.state, m.amount
  FROM vobiz.reconciliation_breaks b
  CROSS JOIN LATERAL (
    SELECT vobiz.break_amount(b.check_name, b.kind, b.currency, b.difference) AS amount) m
  WHERE m.amount > 0 AND vobiz.is_leak(b.check_name, b.kind)
  ORDER BY b.partner_id, b.billing_day, b.account_id, b.currency, b.row_key, b.state = 'healed', m.amount DESC
), parts AS (
  SELECT partner_id, month, currency, state, amount, 0::numeric AS revenue FROM leaks
  UNION ALL
  SELECT partner_id, month, currency, NULL, NULL, amount FROM vobiz.invoice_lines WHERE vobiz.is_invoiced(line_kind)
), sums AS (
  SELECT partner_id, month, currency, count(*) FILTER (WHERE state <> 'healed') AS breaks,
    coalesce(sum(amount) FILTER (WHERE state = 'open'), 0) AS open_amount,
    coalesce(sum(amount) FILTER (WHERE state = 'disputed'), 0) AS disputed_amount,
    coalesce(sum(amount) FILTER (WHERE state = 'accepted'), 0) AS accepted_amount,
    coalesce(sum(amount) FILTER (WHERE state = 'healed'), 0) AS healed_amount,
    coalesce(sum(amount) FILTER (WHERE state <> 'healed'), 0) AS leakage_amount, sum(revenue) AS revenue_amount
  FROM parts GROUP BY partner_id, month, currency
)
SELECT partner_id, month, currency, breaks, open_amount, disputed_amount, accepted_amount, healed_amount,
  leakage_amount, revenue_amount, round(100 * leakage_amount / nullif(revenue_amount, 0), 4) AS leakage_percent
FROM sums;
COMMENT ON VIEW vobiz_bi.leakage_monthly IS
  'money that the breaks of a month are about, and its share of what was invoiced; months are those of '
  'settings.timezone';
COMMENT ON COLUMN vobiz_bi.leakage_monthly.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_bi.leakage_monthly.month IS
  'first day of the billing month (settings.timezone) of the breaks'' billing days';
COMMENT ON COLUMN vobiz_bi.leakage_monthly.currency IS 'ISO 4217 code of the amounts; XXX where nobody states one';
COMMENT ON COLUMN vobiz_bi.leakage_monthly.breaks IS
  'rows with a break that has not healed: a row that two checks have found counts once, with the larger amount';
COMMENT ON COLUMN vobiz_bi.leakage_monthly.open_amount IS 'of open breaks, in currency';
COMMENT ON COLUMN vobiz_bi.leakage_monthly.disputed_amount IS 'of breaks in dispute with the provider, in currency';
COMMENT ON COLUMN vobiz_bi.leakage_monthly.accepted_amount IS 'of accepted breaks: written off, in currency';
COMMENT ON COLUMN vobiz_bi.leakage_monthly.healed_amount IS 'of healed breaks: corrected since, in currency';
COMMENT ON COLUMN vobiz_bi.leakage_monthly.leakage_amount IS 'open_amount + disputed_amount + accepted_amount';
COMMENT ON COLUMN vobiz_bi.leakage_monthly.revenue_amount IS
  'what was invoiced: usage, fees, numbers and services less credits and refunds, in currency';
COMMENT ON COLUMN vobiz_bi.leakage_monthly.leakage_percent IS '100 * leakage_amount / revenue_amount';
GRANT SELECT ON vobiz_bi.leakage_monthly TO vobiz_reader, vobiz_writer;
