-- What a filter says of day or customer reaches both sums, which a join of the two would keep from one of them.
CREATE OR REPLACE VIEW vobiz_bi.kpi_daily AS
SELECT u.partner_id, u.day, u.account_id, a.name AS account_name, nullif(u.call_direction, '') AS call_direction,
  u.attempts, u.answered, round(100.0 * u.answered / u.attempts, 2) AS answer_rate_percent,
  u.effective AS network_effective_calls, round(100.0 * u.effective / u.attempts, 2) AS network_effectiveness_percent,
  round(u.billsec::numeric / nullif(u.answered, 0), 1) AS average_call_seconds,
  round(u.answer_delay_seconds / nullif(u.answer_delay_calls, 0), 2) AS average_answer_delay_seconds,
  u.short_calls, round(100.0 * u.short_calls / nullif(u.answered, 0), 2) AS short_call_percent,
  u.billsec, round(u.billsec / 60.0, 2) AS billable_minutes,
  CASE WHEN u.has_one_currency THEN u.currency END AS currency,
  CASE WHEN u.has_one_currency THEN u.total_cost END AS total_cost,
  CASE WHEN u.has_one_currency THEN round(u.total_cost * 60 / nullif(u.billsec, 0), 5) END AS cost_per_minute
FROM (
  SELECT partner_id, day, account_id, call_direction, sum(attempts)::bigint AS attempts,
    sum(answered)::bigint AS answered,
    sum(short_calls)::bigint AS short_calls, sum(billsec)::bigint AS billsec, sum(total_cost) AS total_cost,
    sum(answer_delay_seconds) AS answer_delay_seconds, sum(answer_delay_calls) AS answer_delay_calls,
    min(currency) FILTER (WHERE currency <> '' OR total_cost <> 0)
      IS NOT DISTINCT FROM max(currency) FILTER (WHERE currency <> '' OR total_cost <> 0) AS has_one_currency,
    nullif(max(currency), '') AS currency, sum(effective)::bigint AS effective
  FROM (
    SELECT partner_id, day, account_id, call_direction, attempts, answered, short_calls, billsec, total_cost,
      answer_delay_seconds, answer_delay_calls, currency, 0::bigint AS effective
    FROM vobiz.usage_days
    UNION ALL
    SELECT h.partner_id, h.day, h.account_id, h.call_direction, 0, 0, 0, 0, 0, 0, 0, NULL,
      CASE WHEN c.counts_for_ner THEN h.attempts ELSE h.answered END
    FROM vobiz.hangup_days h LEFT JOIN vobiz.hangup_causes c USING (hangup_cause)) s
  GROUP BY partner_id, day, account_id, call_direction) u
LEFT JOIN vobiz.accounts a ON a.auth_id = u.account_id;
COMMENT ON VIEW vobiz_bi.kpi_daily IS
  'key figures of traffic by billing day, customer and direction; days are those of settings.timezone';
COMMENT ON COLUMN vobiz_bi.kpi_daily.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_bi.kpi_daily.day IS 'billing day, in settings.timezone';
COMMENT ON COLUMN vobiz_bi.kpi_daily.account_id IS 'auth_id of the customer';
COMMENT ON COLUMN vobiz_bi.kpi_daily.account_name IS 'customer''s display name';
COMMENT ON COLUMN vobiz_bi.kpi_daily.call_direction IS 'inbound or outbound; null where the calls state none';
COMMENT ON COLUMN vobiz_bi.kpi_daily.attempts IS 'calls by their start_time';
COMMENT ON COLUMN vobiz_bi.kpi_daily.answered IS 'of these, with billsec above 0';
COMMENT ON COLUMN vobiz_bi.kpi_daily.answer_rate_percent IS 'ASR: answered / attempts';
COMMENT ON COLUMN vobiz_bi.kpi_daily.network_effective_calls IS
  'answered, busy, no answer, or rejected by the user: see vobiz.hangup_causes';
COMMENT ON COLUMN vobiz_bi.kpi_daily.network_effectiveness_percent IS 'NER: network_effective_calls / attempts';
COMMENT ON COLUMN vobiz_bi.kpi_daily.average_call_seconds IS 'ACD: billable seconds / answered';
COMMENT ON COLUMN vobiz_bi.kpi_daily.average_answer_delay_seconds IS
  'answer_time - start_time of answered calls; not the post-dial delay, which these fields cannot tell';
COMMENT ON COLUMN vobiz_bi.kpi_daily.short_calls IS 'answered calls of 6 seconds or less';
COMMENT ON COLUMN vobiz_bi.kpi_daily.short_call_percent IS 'short_calls / answered';
COMMENT ON COLUMN vobiz_bi.kpi_daily.billsec IS 'billable seconds';
COMMENT ON COLUMN vobiz_bi.kpi_daily.billable_minutes IS 'billable seconds / 60';
COMMENT ON COLUMN vobiz_bi.kpi_daily.currency IS
  'ISO 4217 code of the amounts; null where none is stated, or there are several: see usage_daily then';
COMMENT ON COLUMN vobiz_bi.kpi_daily.total_cost IS 'all charges, in currency; null where there are several currencies';
COMMENT ON COLUMN vobiz_bi.kpi_daily.cost_per_minute IS
  'total_cost / billable minutes, in currency; null where there are several currencies or no minutes';
GRANT SELECT ON vobiz_bi.kpi_daily TO vobiz_reader, vobiz_writer;
