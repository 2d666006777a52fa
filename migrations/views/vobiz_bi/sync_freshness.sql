CREATE OR REPLACE VIEW vobiz_bi.sync_freshness AS
SELECT s.partner_id, s.stream, s.state, s.synced_through,
  round((extract(epoch FROM now() - (s.synced_through + 1)::timestamp AT TIME ZONE 'UTC') / 3600)::numeric, 1)
    AS behind_hours,
  s.last_success_at, floor(extract(epoch FROM now() - s.last_success_at))::bigint AS since_success_seconds,
  s.next_due_at, s.consecutive_failures AS failures_in_a_row, s.last_error, w.windows, w.proven_windows, w.open_windows,
  w.mismatch_windows, w.queued_windows,
  (SELECT count(*) FROM vobiz_sync.rejects r
   WHERE (r.partner_id, r.stream) = (s.partner_id, s.stream) AND r.resolved_at IS NULL) AS open_rejects,
  w.mismatch_windows > 0 AS has_mismatch
FROM vobiz_sync.streams s CROSS JOIN LATERAL (
  SELECT count(*) AS windows, count(*) FILTER (WHERE w.state = 'proven') AS proven_windows,
    count(*) FILTER (WHERE w.state = 'open') AS open_windows,
    count(*) FILTER (WHERE w.state = 'mismatch') AS mismatch_windows,
    count(*) FILTER (WHERE w.queued_at IS NOT NULL OR w.state = 'pending') AS queued_windows
  FROM vobiz_sync.windows w WHERE (w.partner_id, w.stream) = (s.partner_id, s.stream)) w;
COMMENT ON VIEW vobiz_bi.sync_freshness IS 'how fresh each stream is, and whether anything is wrong with it';
COMMENT ON COLUMN vobiz_bi.sync_freshness.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_bi.sync_freshness.stream IS 'name of the stream';
COMMENT ON COLUMN vobiz_bi.sync_freshness.state IS 'how the last cycle ended';
COMMENT ON COLUMN vobiz_bi.sync_freshness.synced_through IS
  'newest UTC day up to which every day is proven; null for streams without days';
COMMENT ON COLUMN vobiz_bi.sync_freshness.behind_hours IS 'hours from the end of that UTC day until now';
COMMENT ON COLUMN vobiz_bi.sync_freshness.last_success_at IS 'end of the last cycle that went well';
COMMENT ON COLUMN vobiz_bi.sync_freshness.since_success_seconds IS 'seconds since then';
COMMENT ON COLUMN vobiz_bi.sync_freshness.next_due_at IS 'when the next cycle starts';
COMMENT ON COLUMN vobiz_bi.sync_freshness.failures_in_a_row IS 'cycles that failed since the last good one';
COMMENT ON COLUMN vobiz_bi.sync_freshness.last_error IS 'why the last one failed; null after a good one';
COMMENT ON COLUMN vobiz_bi.sync_freshness.windows IS 'days times scopes';
COMMENT ON COLUMN vobiz_bi.sync_freshness.proven_windows IS 'of these, proven complete';
COMMENT ON COLUMN vobiz_bi.sync_freshness.open_windows IS 'not over, or not read to a proof yet';
COMMENT ON COLUMN vobiz_bi.sync_freshness.mismatch_windows IS 'read, and not equal to the API''s totals';
COMMENT ON COLUMN vobiz_bi.sync_freshness.queued_windows IS 'waiting for backfill';
COMMENT ON COLUMN vobiz_bi.sync_freshness.open_rejects IS 'rows that could not be stored';
COMMENT ON COLUMN vobiz_bi.sync_freshness.has_mismatch IS 'whether any window is a mismatch';
GRANT SELECT ON vobiz_bi.sync_freshness TO vobiz_reader, vobiz_writer;
