CREATE OR REPLACE VIEW vobiz_bi.sync_freshness AS
SELECT s.partner_id, s.stream, s.state_now AS state, s.synced_through,
  round((extract(epoch FROM now() - (s.synced_through + 1)::timestamp AT TIME ZONE 'UTC') / 3600)::numeric, 1)
    AS behind_hours,
  s.last_success_at, floor(extract(epoch FROM now() - s.last_success_at))::bigint AS since_success_seconds,
  s.next_due_at, s.consecutive_failures AS failures_in_a_row,
  CASE WHEN (SELECT vobiz.sees_numbers()) THEN s.last_error END AS last_error, w.windows, w.proven_windows,
  w.open_windows, w.mismatch_windows, w.queued_windows,
  (SELECT count(*) FROM vobiz_sync.rejects r
   WHERE (r.partner_id, r.stream) = (s.partner_id, s.stream) AND r.resolved_at IS NULL) AS open_rejects,
  w.mismatch_windows > 0 AS has_mismatch, vobiz_sync.needs_attention(s.state_now) AS needs_attention,
  floor(extract(epoch FROM s.stale_after))::bigint AS stale_after_seconds,
  s.service_heard_at
FROM (
  SELECT t.*, vobiz_sync.stream_state(t, l.expires_at > clock_timestamp()) AS state_now,
    CASE WHEN l.expires_at < now() THEN l.expires_at WHEN l.expires_at >= now() THEN now() END AS service_heard_at
  FROM vobiz_sync.streams t
  LEFT JOIN vobiz_sync.leases l ON (l.partner_id, l.stream) = (t.partner_id, t.stream)) s
CROSS JOIN LATERAL (
  SELECT count(*) AS windows, count(*) FILTER (WHERE w.state = 'proven') AS proven_windows,
    count(*) FILTER (WHERE w.state = 'open') AS open_windows,
    count(*) FILTER (WHERE w.state = 'mismatch') AS mismatch_windows,
    count(*) FILTER (WHERE w.queued_at IS NOT NULL OR w.state = 'pending') AS queued_windows
  FROM vobiz_sync.windows w WHERE (w.partner_id, w.stream) = (s.partner_id, s.stream)) w;
COMMENT ON VIEW vobiz_bi.sync_freshness IS
  'how fresh each stream is, and whether anything is wrong with it; its days are UTC days';
COMMENT ON COLUMN vobiz_bi.sync_freshness.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_bi.sync_freshness.stream IS 'name of the stream';
COMMENT ON COLUMN vobiz_bi.sync_freshness.state IS
  'how the last cycle ended (ok, mismatch, failing, forbidden, unauthorized); new: none has; stale: nobody has read it '
  'for too long, whatever it was before; unavailable: the API does not offer it; off: not configured';
COMMENT ON COLUMN vobiz_bi.sync_freshness.synced_through IS
  'newest UTC day up to which every day is proven; null for streams without days';
COMMENT ON COLUMN vobiz_bi.sync_freshness.behind_hours IS 'hours from the end of that UTC day until now';
COMMENT ON COLUMN vobiz_bi.sync_freshness.last_success_at IS 'end of the last cycle that went well';
COMMENT ON COLUMN vobiz_bi.sync_freshness.since_success_seconds IS 'seconds since then';
COMMENT ON COLUMN vobiz_bi.sync_freshness.next_due_at IS 'when the next cycle starts';
COMMENT ON COLUMN vobiz_bi.sync_freshness.failures_in_a_row IS 'cycles that failed since the last good one';
COMMENT ON COLUMN vobiz_bi.sync_freshness.last_error IS
  'why the last one failed; null after a good one, and for readers without numbers';
COMMENT ON COLUMN vobiz_bi.sync_freshness.windows IS 'days times scopes';
COMMENT ON COLUMN vobiz_bi.sync_freshness.proven_windows IS 'of these, proven complete';
COMMENT ON COLUMN vobiz_bi.sync_freshness.open_windows IS 'not over, or not read to a proof yet';
COMMENT ON COLUMN vobiz_bi.sync_freshness.mismatch_windows IS 'read, and not equal to the API''s totals';
COMMENT ON COLUMN vobiz_bi.sync_freshness.queued_windows IS 'waiting for backfill';
COMMENT ON COLUMN vobiz_bi.sync_freshness.open_rejects IS 'rows that could not be stored';
COMMENT ON COLUMN vobiz_bi.sync_freshness.has_mismatch IS 'whether any window is a mismatch';
COMMENT ON COLUMN vobiz_bi.sync_freshness.needs_attention IS
  'whether somebody should look: any state but ok, new, unavailable and off';
COMMENT ON COLUMN vobiz_bi.sync_freshness.stale_after_seconds IS
  'age of the last good cycle above which the state is stale; null: no service has the stream, 26 hours count';
COMMENT ON COLUMN vobiz_bi.sync_freshness.service_heard_at IS
  'last sign of life of a process that had the stream, to ten seconds; null: none ever had it';
GRANT SELECT ON vobiz_bi.sync_freshness TO vobiz_reader, vobiz_writer;
