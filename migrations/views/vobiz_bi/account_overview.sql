CREATE OR REPLACE VIEW vobiz_bi.account_overview AS
SELECT a.partner_id, a.auth_id AS account_id, a.name AS account_name, a.company, a.is_active,
  a.postpaid IS TRUE AS is_postpaid, a.kyc_status, t.name AS pricing_tier_name, t.rate_per_minute,
  t.currency AS tier_currency, w.currency, w.balance, w.runway_days,
  (SELECT count(*) FROM vobiz.numbers n WHERE n.account_id = a.auth_id AND n.removed_at IS NULL) AS numbers_held,
  coalesce(u.today, 0)::bigint AS attempts_today, coalesce(u.week, 0)::bigint AS attempts_7_days,
  round(100.0 * u.week_answered / nullif(u.week, 0), 2) AS answer_rate_7_days_percent,
  coalesce(u.this_month, 0) AS total_cost_this_month, coalesce(u.last_month, 0) AS total_cost_last_month,
  (SELECT max(d.day) FROM vobiz.usage_days d WHERE d.account_id = a.auth_id) AS last_call_day, a.created_at
FROM vobiz.accounts a
LEFT JOIN vobiz.pricing_tiers t ON t.id = a.pricing_tier_id
LEFT JOIN vobiz_bi.wallet_runway w ON w.account_id = a.auth_id
LEFT JOIN LATERAL (
  SELECT sum(d.attempts) FILTER (WHERE d.day = n.today) AS today,
    sum(d.attempts) FILTER (WHERE d.day BETWEEN n.today - 7 AND n.today - 1) AS week,
    sum(d.answered) FILTER (WHERE d.day BETWEEN n.today - 7 AND n.today - 1) AS week_answered,
    sum(d.total_cost) FILTER (
      WHERE d.day >= n.month AND coalesce(nullif(d.currency, ''), 'XXX') = w.currency) AS this_month,
    sum(d.total_cost) FILTER (WHERE d.day < n.month AND d.day >= n.month - interval '1 month'
      AND coalesce(nullif(d.currency, ''), 'XXX') = w.currency) AS last_month
  FROM (SELECT vobiz.billing_day(now()) AS today, date_trunc('month', vobiz.billing_day(now()))::date AS month) n
  JOIN vobiz.usage_days d ON d.account_id = a.auth_id AND d.day >= n.month - interval '1 month') u ON true
WHERE a.removed_at IS NULL;
COMMENT ON VIEW vobiz_bi.account_overview IS
  'one line a customer: who it is, its wallet, its traffic; days are those of settings.timezone';
COMMENT ON COLUMN vobiz_bi.account_overview.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_bi.account_overview.account_id IS 'auth_id of the customer';
COMMENT ON COLUMN vobiz_bi.account_overview.account_name IS 'customer''s display name';
COMMENT ON COLUMN vobiz_bi.account_overview.company IS 'registered company name';
COMMENT ON COLUMN vobiz_bi.account_overview.is_active IS 'whether the account is active';
COMMENT ON COLUMN vobiz_bi.account_overview.is_postpaid IS 'billed afterwards';
COMMENT ON COLUMN vobiz_bi.account_overview.kyc_status IS 'state of the know-your-customer check';
COMMENT ON COLUMN vobiz_bi.account_overview.pricing_tier_name IS 'name of the price list';
COMMENT ON COLUMN vobiz_bi.account_overview.rate_per_minute IS 'of the price list, in tier_currency';
COMMENT ON COLUMN vobiz_bi.account_overview.tier_currency IS 'ISO 4217 code of the price list';
COMMENT ON COLUMN vobiz_bi.account_overview.currency IS
  'ISO 4217 code of the wallet and of the costs beside it; XXX where nobody states one';
COMMENT ON COLUMN vobiz_bi.account_overview.balance IS 'the wallet as last read, in currency';
COMMENT ON COLUMN vobiz_bi.account_overview.runway_days IS 'days it lasts at the pace of the last 7';
COMMENT ON COLUMN vobiz_bi.account_overview.numbers_held IS 'telephone numbers the customer has now';
COMMENT ON COLUMN vobiz_bi.account_overview.attempts_today IS 'calls of this billing day so far';
COMMENT ON COLUMN vobiz_bi.account_overview.attempts_7_days IS 'calls of the last 7 whole billing days';
COMMENT ON COLUMN vobiz_bi.account_overview.answer_rate_7_days_percent IS 'answered / attempts of these';
COMMENT ON COLUMN vobiz_bi.account_overview.total_cost_this_month IS
  'of calls of this billing month so far, in currency';
COMMENT ON COLUMN vobiz_bi.account_overview.total_cost_last_month IS 'of calls of the last billing month, in currency';
COMMENT ON COLUMN vobiz_bi.account_overview.last_call_day IS 'billing day of the last call, in settings.timezone';
COMMENT ON COLUMN vobiz_bi.account_overview.created_at IS 'when the provider created the account';
GRANT SELECT ON vobiz_bi.account_overview TO vobiz_reader, vobiz_writer;
