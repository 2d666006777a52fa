-- The peak of a day without pairing each call with each customer.

-- As in 0007, but calls are found by the index over partner and time, which is there since 0009. By customer the planner
-- held each call of the day against each customer, which took longer than the sweep; so did an epoch as a numeric.
CREATE OR REPLACE FUNCTION vobiz_sync.peak_concurrency(of_partner text, of_day date)
  RETURNS TABLE (account_id text, peak_calls bigint, peak_at timestamptz)
  LANGUAGE sql STABLE ROWS 50 SET work_mem = '64MB' SET jit = off
AS $$
  WITH edges AS MATERIALIZED (
    SELECT vobiz.billing_day_start(of_day) AS from_time, vobiz.billing_day_start(of_day + 1) AS to_time
  ), calls AS MATERIALIZED (
    SELECT c.account_id, greatest(c.start_time, e.from_time) AS starts, c.ends
    FROM edges e
    CROSS JOIN LATERAL (
      SELECT c.account_id, c.start_time, vobiz_sync.call_end(c.start_time, c.end_time, c.duration) AS ends
      FROM vobiz.cdrs c
      WHERE c.partner_id = of_partner AND c.removed_at IS NULL
        AND c.start_time >= e.from_time - interval '24 hours' AND c.start_time < e.to_time) c
    WHERE c.ends > e.from_time AND c.ends > c.start_time
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
  SELECT p.account_id, p.peak[1], timestamptz 'epoch' - p.peak[2] * interval '1 microsecond' FROM peaks p
$$;
