-- A call is in progress from its start to just before its end; at an instant, calls end before others start.
-- Calls are found by the index over partner and time, with bounds that are known when it is planned: by customer the
-- planner held each call of the day against each customer, which took longer than the sweep; so did an epoch as a
-- numeric.
CREATE OR REPLACE FUNCTION vobiz_sync.peaks_between(of_partner text, from_time timestamptz, to_time timestamptz)
  RETURNS TABLE (account_id text, peak_calls bigint, peak_at timestamptz)
  LANGUAGE plpgsql STABLE ROWS 50 SET work_mem = '64MB' SET jit = off SET plan_cache_mode = force_custom_plan
  SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  hour_before timestamptz := from_time - interval '1 hour';
  day_before timestamptz := from_time - interval '24 hours';
BEGIN
  RETURN QUERY
  WITH calls AS MATERIALIZED (
    SELECT c.account_id, greatest(c.start_time, from_time) AS starts, c.ends
    FROM (
      SELECT c.account_id, c.start_time, vobiz_sync.call_end(c.start_time, c.end_time, c.duration) AS ends
      FROM vobiz.cdrs c
      WHERE c.partner_id = of_partner AND c.removed_at IS NULL
        AND c.start_time >= hour_before AND c.start_time < to_time
      UNION ALL
      SELECT c.account_id, c.start_time, vobiz_sync.call_end(c.start_time, c.end_time, c.duration)
      FROM vobiz.cdrs c
      WHERE c.partner_id = of_partner AND c.removed_at IS NULL
        AND c.start_time >= day_before AND c.start_time < hour_before
        AND coalesce(c.end_time - c.start_time, c.duration * interval '1 second') > interval '1 hour') c
    WHERE c.ends > from_time AND c.ends > c.start_time
  ), steps AS MATERIALIZED (
    SELECT c.account_id COLLATE "C" AS account_id, v.at, v.step FROM calls c
    CROSS JOIN LATERAL (VALUES (c.starts, 1), (c.ends, -1)) v(at, step)
  ), levels AS (
    SELECT s.account_id, s.at, sum(s.step) OVER (PARTITION BY s.account_id ORDER BY s.at, s.step) AS level FROM steps s
    UNION ALL
    SELECT '*', s.at, sum(s.step) OVER (ORDER BY s.at, s.step) FROM steps s
  ), peaks AS (
    -- The highest level, and of its instants the first, in one pass. A double holds today's microseconds exactly.
    SELECT l.account_id, max(ARRAY[l.level, -(date_part('epoch', l.at) * 1000000)::bigint]) AS peak
    FROM levels l GROUP BY l.account_id
  )
  SELECT p.account_id, p.peak[1], timestamptz 'epoch' - p.peak[2] * interval '1 microsecond' FROM peaks p;
END
$$;
COMMENT ON FUNCTION vobiz_sync.peaks_between IS
  'most calls at the same time within a span, by customer and (*) for the whole partner';
