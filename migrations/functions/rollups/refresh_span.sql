-- Recomputes all buckets of a span that begins and ends where buckets do, day by day, from the rows; returns how many
-- rows of buckets differed. Sums of dropped months cannot be made again and stay as they are.
CREATE OR REPLACE FUNCTION vobiz_sync.refresh_span(from_time timestamptz, to_time timestamptz, zone text) RETURNS bigint
  LANGUAGE plpgsql SET jit = off SET plan_cache_mode = force_custom_plan SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  calls_from timestamptz := greatest(from_time, vobiz_sync.calls_kept_from());
  part record;
  differing bigint := 0;
BEGIN
  FOR part IN
    SELECT array_agg(k.partner_id) AS partners, array_agg(k.account_id) AS accounts,
      array_agg(greatest(k.day, calls_from)) AS starts, array_agg(least(k.day + interval '24 hours', to_time)) AS ends
    FROM (
      SELECT c.partner_id, c.account_id, date_bin('24 hours', c.start_time, timestamptz 'epoch') AS day
      FROM vobiz.cdrs c WHERE c.removed_at IS NULL AND c.start_time >= calls_from AND c.start_time < to_time
      UNION SELECT b.partner_id, b.account_id, date_bin('24 hours', b.bucket_start, timestamptz 'epoch')
      FROM vobiz.usage_buckets b WHERE b.bucket_start >= calls_from AND b.bucket_start < to_time
      UNION SELECT b.partner_id, b.account_id, date_bin('24 hours', b.bucket_start, timestamptz 'epoch')
      FROM vobiz.hangup_buckets b WHERE b.bucket_start >= calls_from AND b.bucket_start < to_time) k
    GROUP BY k.day
  LOOP
    differing := differing + (SELECT coalesce(sum(d.sums), 0) FROM vobiz_sync.refresh_calls(part.partners,
      part.accounts, part.starts, part.ends, zone) d);
  END LOOP;
  FOR part IN
    SELECT array_agg(k.partner_id) AS partners, array_agg(k.account_id) AS accounts,
      array_agg(greatest(k.day, from_time)) AS starts, array_agg(least(k.day + interval '24 hours', to_time)) AS ends
    FROM (
      SELECT e.partner_id, e.account_id, date_bin('24 hours', e.at, timestamptz 'epoch') AS day
      FROM (
        SELECT t.partner_id, t.account_id, vobiz_sync.entry_time(t.created_at, t.processed_at, t.window_day) AS at
        FROM vobiz.transactions t WHERE t.removed_at IS NULL) e
      WHERE e.at >= from_time AND e.at < to_time
      UNION SELECT b.partner_id, b.account_id, date_bin('24 hours', b.bucket_start, timestamptz 'epoch')
      FROM vobiz.ledger_buckets b WHERE b.bucket_start >= from_time AND b.bucket_start < to_time) k
    GROUP BY k.day
  LOOP
    differing := differing + (SELECT coalesce(sum(d.sums), 0) FROM vobiz_sync.refresh_ledger(part.partners,
      part.accounts, part.starts, part.ends) d);
  END LOOP;
  RETURN differing;
END
$$;
COMMENT ON FUNCTION vobiz_sync.refresh_span IS
  'recomputes all rollups of a span from the rows; returns how many rows of them differed';
REVOKE ALL ON FUNCTION vobiz_sync.refresh_span FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vobiz_sync.refresh_span TO vobiz_writer;
