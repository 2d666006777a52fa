CREATE OR REPLACE VIEW vobiz_bi.margin_monthly AS
SELECT m.partner_id, date_trunc('month', m.day::timestamp)::date AS month, m.account_id, m.account_name, m.currency,
  sum(m.calls)::bigint AS calls, sum(m.unrated_calls)::bigint AS unrated_calls,
  sum(m.billsec)::bigint AS billsec, sum(m.cost) AS cost, sum(m.unrated_cost) AS unrated_cost,
  sum(m.wholesale_cost) AS wholesale_cost, sum(m.margin_amount) AS margin_amount,
  round(100 * sum(m.margin_amount) / nullif(sum(m.cost) - sum(m.unrated_cost), 0), 2) AS margin_percent
FROM vobiz_bi.margin_daily m
GROUP BY m.partner_id, date_trunc('month', m.day::timestamp)::date, m.account_id, m.account_name, m.currency;
COMMENT ON VIEW vobiz_bi.margin_monthly IS
  'what calls earn by billing month, customer and currency, see call_margin; give a month to read few calls; months '
  'are those of settings.timezone';
COMMENT ON COLUMN vobiz_bi.margin_monthly.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_bi.margin_monthly.month IS 'first day of the billing month, in settings.timezone';
COMMENT ON COLUMN vobiz_bi.margin_monthly.account_id IS 'auth_id of the customer';
COMMENT ON COLUMN vobiz_bi.margin_monthly.account_name IS 'customer''s display name';
COMMENT ON COLUMN vobiz_bi.margin_monthly.currency IS 'ISO 4217 code of the amounts';
COMMENT ON COLUMN vobiz_bi.margin_monthly.calls IS 'calls by their start_time';
COMMENT ON COLUMN vobiz_bi.margin_monthly.unrated_calls IS 'of these, calls that no wholesale rate fits';
COMMENT ON COLUMN vobiz_bi.margin_monthly.billsec IS 'billable seconds';
COMMENT ON COLUMN vobiz_bi.margin_monthly.cost IS 'what the customer pays for voice, in currency; without streaming';
COMMENT ON COLUMN vobiz_bi.margin_monthly.unrated_cost IS 'of cost, for unrated_calls';
COMMENT ON COLUMN vobiz_bi.margin_monthly.wholesale_cost IS
  'what the other calls cost the partner, in currency; null when there is no rate for any';
COMMENT ON COLUMN vobiz_bi.margin_monthly.margin_amount IS
  'cost - unrated_cost - wholesale_cost; null when there is no rate for any call';
COMMENT ON COLUMN vobiz_bi.margin_monthly.margin_percent IS 'margin_amount / (cost - unrated_cost)';
GRANT SELECT ON vobiz_bi.margin_monthly TO vobiz_reader, vobiz_writer;
