-- For whoever changes calls or ledger entries by hand (an UPDATE, a \copy, pg_restore): makes what the mirror derives
-- from the rows of these billing days whole again, in the caller's transaction. No trigger does it. Writers wait until
-- the transaction ends. A row that was moved from one day to another needs both.
CREATE OR REPLACE FUNCTION vobiz_sync.rebuild_days(first_day date, last_day date) RETURNS bigint
  LANGUAGE plpgsql SET TimeZone = 'UTC' SET jit = off SET plan_cache_mode = force_custom_plan
  SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  from_time timestamptz;
  to_time timestamptz;
  -- The peaks of days before it can only stay as they were.
  kept_from timestamptz := coalesce(vobiz_sync.calls_kept_from(), '-infinity');
  zone text;
  differing bigint;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('vobiz rollups', 0));
  SELECT timezone INTO STRICT zone FROM vobiz.settings;
  -- Whole buckets, in a zone that was once no whole number of them away from UTC, too.
  from_time := vobiz_sync.bucket_of(vobiz.billing_day_start(first_day));
  to_time := vobiz_sync.bucket_of(vobiz.billing_day_start(last_day + 1) + interval '14 minutes 59 seconds');
  INSERT INTO vobiz_sync.stray_days
    SELECT DISTINCT c.partner_id, c.window_day FROM vobiz.cdrs c
    WHERE c.start_time >= from_time AND c.start_time < to_time AND vobiz_sync.is_stray(c.start_time, c.window_day)
  ON CONFLICT DO NOTHING;
  differing := vobiz_sync.refresh_span(from_time, to_time, zone);
  -- No call is in progress for longer than a day.
  DELETE FROM vobiz_sync.concurrency_hours
    WHERE hour > from_time - interval '1 hour' AND hour < to_time + interval '24 hours';
  INSERT INTO vobiz_sync.rollup_marks
    SELECT DISTINCT b.partner_id, (b.bucket_start AT TIME ZONE zone)::date, 'calls', b.account_id
    FROM vobiz.usage_buckets b WHERE b.bucket_start >= from_time AND b.bucket_start < to_time
    UNION SELECT d.partner_id, d.day, 'calls', d.account_id FROM vobiz_sync.usage_days d
    WHERE d.day BETWEEN first_day AND last_day
    UNION SELECT d.partner_id, d.day, 'calls', d.account_id FROM vobiz_sync.hangup_days d
    WHERE d.day BETWEEN first_day AND last_day
    UNION SELECT b.partner_id, (b.bucket_start AT TIME ZONE zone)::date, 'ledger', b.account_id
    FROM vobiz.ledger_buckets b WHERE b.bucket_start >= from_time AND b.bucket_start < to_time
    UNION SELECT d.partner_id, d.day, 'ledger', d.account_id FROM vobiz_sync.ledger_days d
    WHERE d.day BETWEEN first_day AND last_day
  ON CONFLICT DO NOTHING;
  INSERT INTO vobiz_sync.rollup_marks
    SELECT m.partner_id, m.day + reach, 'concurrency', '*'
    FROM vobiz_sync.rollup_marks m CROSS JOIN generate_series(0, 1) AS reach
    WHERE m.rollup = 'calls' AND m.day BETWEEN first_day AND last_day
      AND vobiz.billing_day_start(m.day + reach) >= kept_from
    UNION SELECT d.partner_id, d.day, 'concurrency', '*' FROM vobiz_sync.concurrency_days d
    WHERE d.day BETWEEN first_day AND last_day + 1 AND vobiz.billing_day_start(d.day) >= kept_from
  ON CONFLICT DO NOTHING;
  RETURN differing;
END
$$;
COMMENT ON FUNCTION vobiz_sync.rebuild_days IS
  'after rows were changed by hand: makes the rollups of these billing days from the rows, and returns how many rows '
  'of 15 minutes differed';
REVOKE ALL ON FUNCTION vobiz_sync.rebuild_days FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vobiz_sync.rebuild_days TO vobiz_writer;
