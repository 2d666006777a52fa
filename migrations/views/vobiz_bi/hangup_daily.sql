CREATE OR REPLACE VIEW vobiz_bi.hangup_daily AS
SELECT h.partner_id, h.day, h.account_id, a.name AS account_name, nullif(h.call_direction, '') AS call_direction,
  nullif(h.hangup_cause, '') AS hangup_cause, coalesce(c.class, 'unknown') AS hangup_class, c.counts_for_ner,
  c.description, h.attempts, h.answered
FROM vobiz.hangup_days h
LEFT JOIN vobiz.hangup_causes c USING (hangup_cause)
LEFT JOIN vobiz.accounts a ON a.auth_id = h.account_id;
COMMENT ON VIEW vobiz_bi.hangup_daily IS
  'how calls ended, by billing day, customer, direction and cause; days are those of settings.timezone';
COMMENT ON COLUMN vobiz_bi.hangup_daily.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_bi.hangup_daily.day IS 'billing day, in settings.timezone';
COMMENT ON COLUMN vobiz_bi.hangup_daily.account_id IS 'auth_id of the customer';
COMMENT ON COLUMN vobiz_bi.hangup_daily.account_name IS 'customer''s display name';
COMMENT ON COLUMN vobiz_bi.hangup_daily.call_direction IS 'inbound or outbound; null where the calls state none';
COMMENT ON COLUMN vobiz_bi.hangup_daily.hangup_cause IS 'cause of the end; null where the calls state none';
COMMENT ON COLUMN vobiz_bi.hangup_daily.hangup_class IS
  'kind of end by vobiz.hangup_causes; unknown where the cause is not listed there';
COMMENT ON COLUMN vobiz_bi.hangup_daily.counts_for_ner IS
  'whether unanswered calls that ended so count as effective; null for an unknown cause, which does not count';
COMMENT ON COLUMN vobiz_bi.hangup_daily.description IS 'what the cause means';
COMMENT ON COLUMN vobiz_bi.hangup_daily.attempts IS 'calls by their start_time';
COMMENT ON COLUMN vobiz_bi.hangup_daily.answered IS 'of these, with billsec above 0';
GRANT SELECT ON vobiz_bi.hangup_daily TO vobiz_reader, vobiz_writer;
