-- usage_days says which customers have calls on which days, so that a filter on either reads their calls only.
CREATE OR REPLACE VIEW vobiz_bi.margin_daily AS
SELECT d.partner_id, d.day, d.account_id, a.name AS account_name, m.call_direction, m.currency, m.calls,
  m.unrated_calls, m.billsec, m.cost, m.unrated_cost, m.wholesale_cost, m.margin_amount,
  round(100 * m.margin_amount / nullif(m.cost - m.unrated_cost, 0), 2) AS margin_percent
FROM (SELECT DISTINCT u.partner_id, u.account_id, u.day FROM vobiz.usage_days u) d
LEFT JOIN vobiz.accounts a ON a.auth_id = d.account_id
CROSS JOIN LATERAL (
  SELECT c.call_direction, c.currency, count(*) AS calls,
    count(*) FILTER (WHERE c.wholesale_cost IS NULL) AS unrated_calls,
    coalesce(sum(c.billsec), 0)::bigint AS billsec, sum(c.cost) AS cost,
    coalesce(sum(c.cost) FILTER (WHERE c.wholesale_cost IS NULL), 0) AS unrated_cost,
    sum(c.wholesale_cost) AS wholesale_cost, sum(c.margin_amount) AS margin_amount
  FROM vobiz_bi.call_margin c
  WHERE c.partner_id = d.partner_id AND c.account_id = d.account_id
    AND c.started_at >= vobiz.billing_day_start(d.day) AND c.started_at < vobiz.billing_day_start(d.day + 1)
  GROUP BY c.call_direction, c.currency) m;
COMMENT ON VIEW vobiz_bi.margin_daily IS
  'what calls earn by billing day, customer, direction and currency, see call_margin; give a span of days to read few '
  'calls; days are those of settings.timezone';
COMMENT ON COLUMN vobiz_bi.margin_daily.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_bi.margin_daily.day IS 'billing day, in settings.timezone';
COMMENT ON COLUMN vobiz_bi.margin_daily.account_id IS 'auth_id of the customer';
COMMENT ON COLUMN vobiz_bi.margin_daily.account_name IS 'customer''s display name';
COMMENT ON COLUMN vobiz_bi.margin_daily.call_direction IS 'inbound or outbound; null where the calls state none';
COMMENT ON COLUMN vobiz_bi.margin_daily.currency IS 'ISO 4217 code of the amounts';
COMMENT ON COLUMN vobiz_bi.margin_daily.calls IS 'calls by their start_time';
COMMENT ON COLUMN vobiz_bi.margin_daily.unrated_calls IS 'of these, calls that no wholesale rate fits';
COMMENT ON COLUMN vobiz_bi.margin_daily.billsec IS 'billable seconds';
COMMENT ON COLUMN vobiz_bi.margin_daily.cost IS 'what the customer pays for voice, in currency; without streaming';
COMMENT ON COLUMN vobiz_bi.margin_daily.unrated_cost IS 'of cost, for unrated_calls';
COMMENT ON COLUMN vobiz_bi.margin_daily.wholesale_cost IS
  'what the other calls cost the partner, in currency; null when there is no rate for any';
COMMENT ON COLUMN vobiz_bi.margin_daily.margin_amount IS
  'cost - unrated_cost - wholesale_cost; null when there is no rate for any call';
COMMENT ON COLUMN vobiz_bi.margin_daily.margin_percent IS 'margin_amount / (cost - unrated_cost)';
GRANT SELECT ON vobiz_bi.margin_daily TO vobiz_reader, vobiz_writer;
