CREATE OR REPLACE VIEW vobiz_bi.usage_monthly AS
SELECT u.partner_id, date_trunc('month', u.day)::date AS month, u.account_id, a.name AS account_name,
  nullif(u.call_direction, '') AS call_direction, nullif(u.context, '') AS context, nullif(u.currency, '') AS currency,
  {{call_counts, @sum(u.@name)::@type AS @name}}, round(sum(u.billsec) / 60.0, 2) AS billable_minutes,
  {{call_costs, @sum(u.@name)::@type AS @name}}
FROM vobiz.usage_days u LEFT JOIN vobiz.accounts a ON a.auth_id = u.account_id
GROUP BY u.partner_id, 2, u.account_id, a.name, u.call_direction, u.context, u.currency;
COMMENT ON VIEW vobiz_bi.usage_monthly IS
  'calls and their cost by billing month, customer, direction, product and currency; months are those of '
  'settings.timezone';
COMMENT ON COLUMN vobiz_bi.usage_monthly.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_bi.usage_monthly.month IS 'first day of the billing month, in settings.timezone';
COMMENT ON COLUMN vobiz_bi.usage_monthly.account_id IS 'auth_id of the customer';
COMMENT ON COLUMN vobiz_bi.usage_monthly.account_name IS 'customer''s display name';
COMMENT ON COLUMN vobiz_bi.usage_monthly.call_direction IS 'inbound or outbound; null where the calls state none';
COMMENT ON COLUMN vobiz_bi.usage_monthly.context IS 'the product, as the calls state it; null where they state none';
COMMENT ON COLUMN vobiz_bi.usage_monthly.currency IS 'ISO 4217 code of the amounts; null where the rows state none';
{{usage_figures; COMMENT ON COLUMN vobiz_bi.usage_monthly.@name IS @comment}};
GRANT SELECT ON vobiz_bi.usage_monthly TO vobiz_reader, vobiz_writer;
