CREATE OR REPLACE VIEW vobiz_bi.calls AS
SELECT c.partner_id, c.account_id, a.name AS account_name, c.uuid AS call_uuid, c.start_time AS started_at,
  c.answer_time AS answered_at, c.end_time AS ended_at, c.call_direction, c.context,
  CASE WHEN (SELECT vobiz.sees_numbers()) THEN c.caller_id_number
    ELSE vobiz.masked_number(c.caller_id_number) END AS caller_number,
  CASE WHEN (SELECT vobiz.sees_numbers()) THEN c.destination_number
    ELSE vobiz.masked_number(c.destination_number) END AS called_number,
  c.duration, c.billsec, c.hangup_cause, c.mos AS mos_points,
  c.jitter AS jitter_milliseconds, c.packet_loss AS packet_loss_percent, c.cost, c.streaming_cost, c.total_cost,
  c.currency, c.window_day AS utc_day, vobiz.billing_day(c.start_time) AS day,
  vobiz.number_key(CASE WHEN (SELECT vobiz.sees_numbers()) THEN c.caller_id_number
    ELSE vobiz.masked_number(c.caller_id_number) END) AS caller_key,
  vobiz.number_key(CASE WHEN (SELECT vobiz.sees_numbers()) THEN c.destination_number
    ELSE vobiz.masked_number(c.destination_number) END) AS called_key
FROM vobiz.cdrs c LEFT JOIN vobiz.accounts a ON a.auth_id = c.account_id
WHERE c.removed_at IS NULL;
COMMENT ON VIEW vobiz_bi.calls IS
  'single calls; give a span of started_at, and an account_id where there is one, to read few of them; days are '
  'those of settings.timezone';
COMMENT ON COLUMN vobiz_bi.calls.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_bi.calls.account_id IS 'auth_id of the customer';
COMMENT ON COLUMN vobiz_bi.calls.account_name IS 'customer''s display name';
COMMENT ON COLUMN vobiz_bi.calls.call_uuid IS 'the provider''s uuid of the call';
COMMENT ON COLUMN vobiz_bi.calls.started_at IS 'when it was begun';
COMMENT ON COLUMN vobiz_bi.calls.answered_at IS 'when it was answered; null when it was not';
COMMENT ON COLUMN vobiz_bi.calls.ended_at IS 'when it ended';
COMMENT ON COLUMN vobiz_bi.calls.call_direction IS 'inbound or outbound';
COMMENT ON COLUMN vobiz_bi.calls.context IS 'what carried it, as sip_trunking or voice_api';
COMMENT ON COLUMN vobiz_bi.calls.caller_number IS 'who called; masked for readers without numbers';
COMMENT ON COLUMN vobiz_bi.calls.called_number IS 'who was called; masked for readers without numbers';
COMMENT ON COLUMN vobiz_bi.calls.duration IS 'seconds from its begin to its end';
COMMENT ON COLUMN vobiz_bi.calls.billsec IS 'seconds that are charged';
COMMENT ON COLUMN vobiz_bi.calls.hangup_cause IS 'why it ended, see vobiz.hangup_causes';
COMMENT ON COLUMN vobiz_bi.calls.mos_points IS 'mean opinion score from 1 to 5';
COMMENT ON COLUMN vobiz_bi.calls.jitter_milliseconds IS 'milliseconds';
COMMENT ON COLUMN vobiz_bi.calls.packet_loss_percent IS 'percent of the packets';
COMMENT ON COLUMN vobiz_bi.calls.cost IS 'of the call, in currency';
COMMENT ON COLUMN vobiz_bi.calls.streaming_cost IS 'of streaming its audio, in currency';
COMMENT ON COLUMN vobiz_bi.calls.total_cost IS 'cost and streaming_cost, in currency';
COMMENT ON COLUMN vobiz_bi.calls.currency IS 'ISO 4217 code of the amounts';
COMMENT ON COLUMN vobiz_bi.calls.utc_day IS 'UTC day under which the API lists it';
COMMENT ON COLUMN vobiz_bi.calls.day IS 'billing day, in settings.timezone; a filter on it reads every call';
COMMENT ON COLUMN vobiz_bi.calls.caller_key IS
  'caller_number as vobiz.number_key writes it, with or without a "+"; join it with number_key of number_inventory';
COMMENT ON COLUMN vobiz_bi.calls.called_key IS
  'called_number as vobiz.number_key writes it, with or without a "+"; join it with number_key of number_inventory';
GRANT SELECT ON vobiz_bi.calls TO vobiz_reader, vobiz_writer;
