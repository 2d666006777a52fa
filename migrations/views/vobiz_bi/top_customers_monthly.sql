CREATE OR REPLACE VIEW vobiz_bi.top_customers_monthly AS
SELECT u.partner_id, u.month, u.currency,
  rank() OVER (PARTITION BY u.partner_id, u.month, u.currency ORDER BY sum(u.total_cost) DESC) AS rank,
  u.account_id, u.account_name, sum(u.attempts)::bigint AS attempts, sum(u.answered)::bigint AS answered,
  round(sum(u.billsec) / 60.0, 2) AS billable_minutes, sum(u.total_cost) AS total_cost,
  round(100 * sum(u.total_cost)
    / nullif(sum(sum(u.total_cost)) OVER (PARTITION BY u.partner_id, u.month, u.currency), 0), 2) AS share_percent
FROM vobiz_bi.usage_monthly u
GROUP BY u.partner_id, u.month, u.currency, u.account_id, u.account_name;
COMMENT ON VIEW vobiz_bi.top_customers_monthly IS
  'customers by what their calls cost, by billing month and currency; months are those of settings.timezone';
COMMENT ON COLUMN vobiz_bi.top_customers_monthly.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_bi.top_customers_monthly.month IS 'first day of the billing month, in settings.timezone';
COMMENT ON COLUMN vobiz_bi.top_customers_monthly.currency IS
  'ISO 4217 code of the amounts; null where the rows state none';
COMMENT ON COLUMN vobiz_bi.top_customers_monthly.rank IS '1: the largest in that month and currency';
COMMENT ON COLUMN vobiz_bi.top_customers_monthly.account_id IS 'auth_id of the customer';
COMMENT ON COLUMN vobiz_bi.top_customers_monthly.account_name IS 'customer''s display name';
COMMENT ON COLUMN vobiz_bi.top_customers_monthly.attempts IS 'calls by their start_time';
COMMENT ON COLUMN vobiz_bi.top_customers_monthly.answered IS 'of these, with billsec above 0';
COMMENT ON COLUMN vobiz_bi.top_customers_monthly.billable_minutes IS 'billable seconds / 60';
COMMENT ON COLUMN vobiz_bi.top_customers_monthly.total_cost IS 'all charges, in currency';
COMMENT ON COLUMN vobiz_bi.top_customers_monthly.share_percent IS
  'of the partner''s total cost in that month and currency';
GRANT SELECT ON vobiz_bi.top_customers_monthly TO vobiz_reader, vobiz_writer;
