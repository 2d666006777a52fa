CREATE OR REPLACE VIEW vobiz_bi.quality_daily AS
SELECT u.partner_id, u.day, u.account_id, a.name AS account_name, nullif(u.call_direction, '') AS call_direction,
  sum(u.answered)::bigint AS answered, sum(u.mos_calls)::bigint AS measured_calls,
  round(100.0 * sum(u.mos_calls) / nullif(sum(u.answered), 0), 2) AS measured_percent,
  round(sum(u.mos_sum) / nullif(sum(u.mos_calls), 0), 3) AS average_mos_points,
  sum(u.poor_calls)::bigint AS poor_calls,
  round(100.0 * sum(u.poor_calls) / nullif(sum(u.mos_calls), 0), 2) AS poor_call_percent,
  round(sum(u.jitter_sum) / nullif(sum(u.jitter_calls), 0), 3) AS average_jitter_milliseconds,
  round(sum(u.packet_loss_sum) / nullif(sum(u.packet_loss_calls), 0), 3) AS average_packet_loss_percent
FROM vobiz.usage_days u LEFT JOIN vobiz.accounts a ON a.auth_id = u.account_id
GROUP BY u.partner_id, u.day, u.account_id, a.name, u.call_direction;
COMMENT ON VIEW vobiz_bi.quality_daily IS
  'quality of speech by billing day, customer and direction; a MOS below 1 was not measured and counts nowhere; '
  'days are those of settings.timezone';
COMMENT ON COLUMN vobiz_bi.quality_daily.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_bi.quality_daily.day IS 'billing day, in settings.timezone';
COMMENT ON COLUMN vobiz_bi.quality_daily.account_id IS 'auth_id of the customer';
COMMENT ON COLUMN vobiz_bi.quality_daily.account_name IS 'customer''s display name';
COMMENT ON COLUMN vobiz_bi.quality_daily.call_direction IS 'inbound or outbound; null where the calls state none';
COMMENT ON COLUMN vobiz_bi.quality_daily.answered IS 'of these, with billsec above 0';
COMMENT ON COLUMN vobiz_bi.quality_daily.measured_calls IS 'calls with a MOS of 1 or more';
COMMENT ON COLUMN vobiz_bi.quality_daily.measured_percent IS 'measured_calls / answered';
COMMENT ON COLUMN vobiz_bi.quality_daily.average_mos_points IS 'mean opinion score, 1 to 5';
COMMENT ON COLUMN vobiz_bi.quality_daily.poor_calls IS 'measured calls with a MOS below 3.6';
COMMENT ON COLUMN vobiz_bi.quality_daily.poor_call_percent IS 'poor_calls / measured_calls';
COMMENT ON COLUMN vobiz_bi.quality_daily.average_jitter_milliseconds IS 'of measured calls that state it';
COMMENT ON COLUMN vobiz_bi.quality_daily.average_packet_loss_percent IS 'of measured calls that state it';
GRANT SELECT ON vobiz_bi.quality_daily TO vobiz_reader, vobiz_writer;
