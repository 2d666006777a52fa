CREATE OR REPLACE VIEW vobiz_bi.concurrency_daily AS
SELECT c.partner_id, c.day, CASE WHEN c.account_id = '*' THEN 'partner' ELSE 'account' END AS scope,
  nullif(c.account_id, '*') AS account_id, a.name AS account_name, c.peak_calls, c.peak_at, a.concurrent_calls_limit,
  round(100.0 * c.peak_calls / nullif(a.concurrent_calls_limit, 0), 1) AS limit_used_percent
FROM vobiz.concurrency_days c LEFT JOIN vobiz.accounts a ON a.auth_id = c.account_id;
COMMENT ON VIEW vobiz_bi.concurrency_daily IS
  'most calls in progress at the same time, by billing day; days are those of settings.timezone';
COMMENT ON COLUMN vobiz_bi.concurrency_daily.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_bi.concurrency_daily.day IS 'billing day, in settings.timezone';
COMMENT ON COLUMN vobiz_bi.concurrency_daily.scope IS 'partner: all customers together; account: one customer';
COMMENT ON COLUMN vobiz_bi.concurrency_daily.account_id IS 'auth_id of the customer; null for the whole partner';
COMMENT ON COLUMN vobiz_bi.concurrency_daily.account_name IS 'customer''s display name';
COMMENT ON COLUMN vobiz_bi.concurrency_daily.peak_calls IS
  'most calls in progress at the same time; a call counts from its start to its end, ringing too';
COMMENT ON COLUMN vobiz_bi.concurrency_daily.peak_at IS 'when there were that many for the first time that day';
COMMENT ON COLUMN vobiz_bi.concurrency_daily.concurrent_calls_limit IS
  'the most calls the customer may have, as it is now';
COMMENT ON COLUMN vobiz_bi.concurrency_daily.limit_used_percent IS 'peak_calls / concurrent_calls_limit';
GRANT SELECT ON vobiz_bi.concurrency_daily TO vobiz_reader, vobiz_writer;
