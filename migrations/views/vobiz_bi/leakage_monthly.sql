-- Two checks may find the same row: its larger amount counts, once.
CREATE OR REPLACE VIEW vobiz_bi.leakage_monthly AS
WITH leaks AS (
  SELECT DISTINCT ON (b.partner_id, b.billing_day, b.account_id, b.currency, b.row_key) b.partner_id,
    date_trunc('month', b.billing_day)::date AS month, b.currency, b.state, m.amount
  FROM vobiz.reconciliation_breaks b
  CROSS JOIN LATERAL (
    SELECT vobiz.break_amount(b.check_name, b.kind, b.currency, b.difference) AS amount) m
  WHERE m.amount > 0 AND vobiz.is_leak(b.check_name, b.kind)
  ORDER BY b.partner_id, b.billing_day, b.account_id, b.currency, b.row_key, b.state = 'healed', m.amount DESC
), sums AS (
  SELECT partner_id, month, currency, count(*) FILTER (WHERE state <> 'healed') AS breaks,
    coalesce(sum(amount) FILTER (WHERE state = 'open'), 0) AS open_amount,
    coalesce(sum(amount) FILTER (WHERE state = 'disputed'), 0) AS disputed_amount,
    coalesce(sum(amount) FILTER (WHERE state = 'accepted'), 0) AS accepted_amount,
    coalesce(sum(amount) FILTER (WHERE state = 'healed'), 0) AS healed_amount
  FROM leaks GROUP BY partner_id, month, currency
), revenue AS (
  SELECT partner_id, month, currency, sum(amount) AS amount FROM vobiz.invoice_lines
  WHERE vobiz.is_invoiced(line_kind) GROUP BY partner_id, month, currency
)
SELECT partner_id, month, currency, coalesce(s.breaks, 0) AS breaks, coalesce(s.open_amount, 0) AS open_amount,
  coalesce(s.disputed_amount, 0) AS disputed_amount, coalesce(s.accepted_amount, 0) AS accepted_amount,
  coalesce(s.healed_amount, 0) AS healed_amount, l.amount AS leakage_amount, coalesce(r.amount, 0) AS revenue_amount,
  round(100 * l.amount / nullif(r.amount, 0), 4) AS leakage_percent
FROM sums s FULL JOIN revenue r USING (partner_id, month, currency)
CROSS JOIN LATERAL (
  SELECT coalesce(s.open_amount + s.disputed_amount + s.accepted_amount, 0) AS amount) l;
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
