-- Each call as what it adds to the rollups: the one definition of their keys and measures.
CREATE OR REPLACE VIEW vobiz_sync.measured_calls AS
  SELECT c.partner_id, c.account_id, c.start_time, vobiz_sync.bucket_of(c.start_time) AS bucket_start,
    coalesce(c.call_direction, '') AS call_direction, coalesce(c.context, '') AS context,
    coalesce(c.currency, '') AS currency, coalesce(c.hangup_cause, '') AS hangup_cause,
    1 AS attempts,
    CASE WHEN c.billsec > 0 THEN 1 ELSE 0 END AS answered,
    CASE WHEN c.billsec BETWEEN 1 AND 6 THEN 1 ELSE 0 END AS short_calls,
    coalesce(c.billsec, 0) AS billsec,
    coalesce(c.duration, 0) AS duration,
    coalesce(c.cost, 0) AS cost,
    coalesce(c.streaming_cost, 0) AS streaming_cost,
    coalesce(c.total_cost, 0) AS total_cost,
    -- A difference of times may be more than an interval holds.
    CASE WHEN c.billsec > 0 AND c.answer_time IS NOT NULL
      THEN extract(epoch FROM c.answer_time) - extract(epoch FROM c.start_time) ELSE 0 END AS answer_delay_seconds,
    CASE WHEN c.billsec > 0 AND c.answer_time IS NOT NULL THEN 1 ELSE 0 END AS answer_delay_calls,
    CASE WHEN c.mos >= 1 THEN c.mos ELSE 0 END AS mos_sum,
    CASE WHEN c.mos >= 1 THEN 1 ELSE 0 END AS mos_calls,
    CASE WHEN c.mos >= 1 AND c.mos < 3.6 THEN 1 ELSE 0 END AS poor_calls,
    CASE WHEN c.mos >= 1 THEN coalesce(c.jitter, 0) ELSE 0 END AS jitter_sum,
    CASE WHEN c.mos >= 1 AND c.jitter IS NOT NULL THEN 1 ELSE 0 END AS jitter_calls,
    CASE WHEN c.mos >= 1 THEN coalesce(c.packet_loss, 0) ELSE 0 END AS packet_loss_sum,
    CASE WHEN c.mos >= 1 AND c.packet_loss IS NOT NULL THEN 1 ELSE 0 END AS packet_loss_calls
  FROM vobiz.cdrs c
  WHERE c.removed_at IS NULL;
COMMENT ON VIEW vobiz_sync.measured_calls IS 'what each call adds to the rollups';
COMMENT ON COLUMN vobiz_sync.measured_calls.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_sync.measured_calls.account_id IS 'auth_id of the customer';
COMMENT ON COLUMN vobiz_sync.measured_calls.start_time IS 'when the call started';
COMMENT ON COLUMN vobiz_sync.measured_calls.bucket_start IS 'start of its 15 minutes';
COMMENT ON COLUMN vobiz_sync.measured_calls.call_direction IS 'inbound or outbound; empty where the call states none';
COMMENT ON COLUMN vobiz_sync.measured_calls.context IS 'the product; empty where the call states none';
COMMENT ON COLUMN vobiz_sync.measured_calls.currency IS 'ISO 4217 code of the costs; empty where the call states none';
COMMENT ON COLUMN vobiz_sync.measured_calls.hangup_cause IS 'cause of its end; empty where the call states none';
{{call_measures; COMMENT ON COLUMN vobiz_sync.measured_calls.@name IS @comment}};
GRANT SELECT ON vobiz_sync.measured_calls TO vobiz_writer;
