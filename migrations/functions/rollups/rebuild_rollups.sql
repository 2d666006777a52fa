-- Everything from the rows, in the zone given, in the caller's transaction; writers wait until it ends. Returns how
-- many rows the stored rollups have. Sums of dropped months outlive their rows: what has no rows any more is left alone
-- here. Buckets know no zone, so the days of another zone are made of them; the peaks of dropped days can only stay as
-- they were.
CREATE OR REPLACE FUNCTION vobiz_sync.rebuild_rollups(new_zone text) RETURNS bigint
  LANGUAGE plpgsql SET TimeZone = 'UTC' SET jit = off SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  part record;
  kept_from timestamptz := coalesce(vobiz_sync.calls_kept_from(), '-infinity');
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('vobiz rollups', 0));
  UPDATE vobiz.settings SET timezone = new_zone WHERE timezone <> new_zone;
  DELETE FROM vobiz.usage_buckets WHERE bucket_start >= kept_from;
  UPDATE vobiz.usage_buckets SET hour = date_trunc('hour', bucket_start, new_zone)
    WHERE hour <> date_trunc('hour', bucket_start, new_zone);
  DELETE FROM vobiz.hangup_buckets WHERE bucket_start >= kept_from;
  DELETE FROM vobiz.ledger_buckets;
  DELETE FROM vobiz_sync.usage_days;
  DELETE FROM vobiz_sync.usage_hours;
  DELETE FROM vobiz_sync.hangup_days;
  DELETE FROM vobiz_sync.ledger_days;
  DELETE FROM vobiz_sync.concurrency_days
    WHERE kept_from = '-infinity' OR vobiz.billing_day_start(day) >= kept_from;
  DELETE FROM vobiz_sync.rollup_marks;
  PERFORM vobiz_sync.refresh_span('-infinity', 'infinity', new_zone);
  INSERT INTO vobiz_sync.rollup_marks
    SELECT DISTINCT b.partner_id, (b.bucket_start AT TIME ZONE new_zone)::date, 'calls', b.account_id
    FROM vobiz.usage_buckets b
    UNION SELECT DISTINCT b.partner_id, (b.bucket_start AT TIME ZONE new_zone)::date, 'ledger', b.account_id
    FROM vobiz.ledger_buckets b;
  INSERT INTO vobiz_sync.rollup_marks
    SELECT DISTINCT m.partner_id, m.day + reach, 'concurrency', '*'
    FROM vobiz_sync.rollup_marks m CROSS JOIN generate_series(0, 1) AS reach
    WHERE m.rollup = 'calls' AND (kept_from = '-infinity' OR vobiz.billing_day_start(m.day + reach) >= kept_from)
  ON CONFLICT DO NOTHING;
  FOR part IN SELECT DISTINCT m.partner_id FROM vobiz_sync.rollup_marks m LOOP
    WHILE vobiz_sync.store_marked_day(part.partner_id) IS NOT NULL LOOP
    END LOOP;
  END LOOP;
  RETURN (SELECT count(*) FROM vobiz.usage_buckets) + (SELECT count(*) FROM vobiz.hangup_buckets)
    + (SELECT count(*) FROM vobiz.ledger_buckets) + (SELECT count(*) FROM vobiz_sync.usage_days)
    + (SELECT count(*) FROM vobiz_sync.usage_hours)
    + (SELECT count(*) FROM vobiz_sync.hangup_days) + (SELECT count(*) FROM vobiz_sync.ledger_days)
    + (SELECT count(*) FROM vobiz_sync.concurrency_days);
END
$$;
COMMENT ON FUNCTION vobiz_sync.rebuild_rollups IS
  'sets the zone of billing days and recomputes every rollup from the rows';
REVOKE ALL ON FUNCTION vobiz_sync.rebuild_rollups FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vobiz_sync.rebuild_rollups TO vobiz_writer;
