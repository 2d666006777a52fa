-- vobiz.usage_days has one row for each of these already.
CREATE OR REPLACE VIEW vobiz_bi.usage_daily AS
SELECT u.partner_id, u.day AS day, u.account_id, a.name AS account_name,
  nullif(u.call_direction, '') AS call_direction, nullif(u.context, '') AS context, nullif(u.currency, '') AS currency,
  {{call_counts, u.@name}}, round(u.billsec / 60.0, 2) AS billable_minutes,
  {{call_costs, u.@name}}
FROM vobiz.usage_days u LEFT JOIN vobiz.accounts a ON a.auth_id = u.account_id;
COMMENT ON VIEW vobiz_bi.usage_daily IS
  'calls and their cost by billing day, customer, direction, product and currency; days are those of '
  'settings.timezone';
COMMENT ON COLUMN vobiz_bi.usage_daily.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_bi.usage_daily.day IS 'billing day, in settings.timezone';
COMMENT ON COLUMN vobiz_bi.usage_daily.account_id IS 'auth_id of the customer';
COMMENT ON COLUMN vobiz_bi.usage_daily.account_name IS 'customer''s display name';
COMMENT ON COLUMN vobiz_bi.usage_daily.call_direction IS 'inbound or outbound; null where the calls state none';
COMMENT ON COLUMN vobiz_bi.usage_daily.context IS 'the product, as the calls state it; null where they state none';
COMMENT ON COLUMN vobiz_bi.usage_daily.currency IS 'ISO 4217 code of the amounts; null where the rows state none';
{{usage_figures; COMMENT ON COLUMN vobiz_bi.usage_daily.@name IS @comment}};
GRANT SELECT ON vobiz_bi.usage_daily TO vobiz_reader, vobiz_writer;
