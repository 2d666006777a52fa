-- What a reconciliation of a span begins with: compares the rollups with their rows, and makes those that differ from
-- the rows, as whoever changed rows by hand may not have called rebuild_days. Where none differs, nothing is written.
-- Returns how many rows it looked at, and the customers whose rollups differed.
-- Sums without rows are found as well; but what a row that was moved to another day has left behind only a comparison
-- of that day finds.
CREATE OR REPLACE FUNCTION vobiz_sync.mend_rollups(
  of_partner text, from_at timestamptz, to_at timestamptz, OUT rows bigint, OUT accounts text[])
  LANGUAGE plpgsql SET jit = off SET plan_cache_mode = force_custom_plan SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  -- Whole buckets, in a zone that is no whole number of them away from UTC, too.
  from_time timestamptz := vobiz_sync.bucket_of(from_at);
  to_time timestamptz := vobiz_sync.bucket_of(to_at + interval '14 minutes 59 seconds');
  last_moment timestamptz := to_at - interval '1 microsecond';
  -- Sums of dropped months cannot be made again and stay as they are.
  kept_from timestamptz := coalesce(vobiz_sync.calls_kept_from(), '-infinity');
  calls_from timestamptz := least(greatest(from_time, kept_from), to_time);
  looked_at text[];
  size integer[];
  differing text[];
  zone text;
BEGIN
  rows := (SELECT count(*) FROM vobiz.cdrs c WHERE c.partner_id = of_partner AND c.removed_at IS NULL
      AND c.start_time >= calls_from AND c.start_time < to_time)
    + (SELECT count(*) FROM vobiz.transactions t WHERE t.partner_id = of_partner AND t.removed_at IS NULL
      AND t.created_at >= from_time AND t.created_at < to_time);

  accounts := ARRAY(SELECT vobiz_sync.customers_with_other_calls(of_partner, calls_from, to_time));
  size := ARRAY[cardinality(accounts)];
  IF accounts <> '{}' THEN
    -- A call may be in progress until the next day.
    zone := vobiz_sync.lock_days('calls', array_fill(of_partner, '{2}'), ARRAY[from_at, to_at]);
    PERFORM vobiz_sync.refresh_calls(array_fill(of_partner, size), accounts, array_fill(calls_from, size),
      array_fill(to_time, size), zone);
    PERFORM vobiz_sync.mark_days('calls', array_fill(of_partner, size), accounts, array_fill(at, size), zone)
    FROM unnest(ARRAY[from_at, last_moment]) AS at;
    INSERT INTO vobiz_sync.rollup_marks
      SELECT of_partner, d::date, 'concurrency', '*'
      FROM generate_series((from_at AT TIME ZONE zone)::date, (to_at AT TIME ZONE zone)::date, interval '1 day') d
      WHERE vobiz.billing_day_start(d::date) >= kept_from
    ON CONFLICT DO NOTHING;
    DELETE FROM vobiz_sync.concurrency_hours h WHERE h.partner_id = of_partner
      AND h.hour > from_time - interval '1 hour' AND h.hour < to_time + interval '24 hours';
    INSERT INTO vobiz_sync.stray_days
      SELECT DISTINCT c.partner_id, c.window_day FROM vobiz.cdrs c
      WHERE c.partner_id = of_partner AND c.start_time >= calls_from AND c.start_time < to_time
        AND vobiz_sync.is_stray(c.start_time, c.window_day)
    ON CONFLICT DO NOTHING;
  END IF;

  looked_at := ARRAY(
    SELECT t.account_id FROM vobiz.transactions t WHERE t.partner_id = of_partner AND t.removed_at IS NULL
      AND t.created_at >= from_time AND t.created_at < to_time
    UNION SELECT t.account_id FROM vobiz.transactions t WHERE t.partner_id = of_partner AND t.removed_at IS NULL
      AND t.created_at IS NULL
    UNION SELECT vobiz_sync.customers_with_sums());
  size := ARRAY[cardinality(looked_at)];
  zone := vobiz_sync.lock_days('ledger', array_fill(of_partner, '{2}'), ARRAY[from_at, last_moment]);
  differing := ARRAY(
    SELECT d.account_id FROM vobiz_sync.refresh_ledger(array_fill(of_partner, size), looked_at,
      array_fill(from_time, size), array_fill(to_time, size)) d);
  size := ARRAY[cardinality(differing)];
  PERFORM vobiz_sync.mark_days('ledger', array_fill(of_partner, size), differing, array_fill(at, size), zone)
  FROM unnest(ARRAY[from_at, last_moment]) AS at;
  accounts := ARRAY(SELECT DISTINCT a FROM unnest(accounts || differing) a ORDER BY a);
END
$$;
COMMENT ON FUNCTION vobiz_sync.mend_rollups IS
  'makes the rollups of a partner and span what the rows add up to; returns how many rows these are, and the customers '
  'whose rollups differed';
REVOKE ALL ON FUNCTION vobiz_sync.mend_rollups FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vobiz_sync.mend_rollups TO vobiz_writer;
