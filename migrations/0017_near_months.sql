-- What is asked about a day looks at the months around it: planning for all that are stored grew with them, to more than
-- the statements took.

-- The API lists a call under the day it started on, give or take a day, so the rows of a day are looked for in the months
-- around it. A call that it corrects, or one whose start is nonsense, may have started at any time: the days that have one
-- are kept here, and their rows are looked for in all months.
CREATE TABLE vobiz_sync.stray_days (
  partner_id text NOT NULL,
  day        date NOT NULL,
  PRIMARY KEY (partner_id, day)
);
COMMENT ON TABLE vobiz_sync.stray_days IS 'days whose list has held a call that started more than 31 days away: their calls are looked for in all months';
COMMENT ON COLUMN vobiz_sync.stray_days.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_sync.stray_days.day IS 'cdrs.window_day of such a call';

-- src/sink/window_sql.cpp looks 32 days around a day that is not kept here.
CREATE FUNCTION vobiz_sync.is_stray(start_time timestamptz, window_day date) RETURNS boolean LANGUAGE sql IMMUTABLE
RETURN start_time < (window_day - 31)::timestamp AT TIME ZONE 'UTC' OR start_time >= (window_day + 32)::timestamp AT TIME ZONE 'UTC';
COMMENT ON FUNCTION vobiz_sync.is_stray(timestamptz, date) IS 'whether a call started more than 31 days from the day it is listed under';

CREATE FUNCTION vobiz_sync.note_stray_days() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO vobiz_sync.stray_days
    SELECT DISTINCT n.partner_id, n.window_day FROM new_rows n WHERE vobiz_sync.is_stray(n.start_time, n.window_day)
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION vobiz_sync.note_stray_days() IS 'keeps stray_days with each statement that writes calls';
REVOKE EXECUTE ON FUNCTION vobiz_sync.note_stray_days() FROM PUBLIC;

LOCK TABLE vobiz.cdrs IN SHARE ROW EXCLUSIVE MODE;
INSERT INTO vobiz_sync.stray_days
  SELECT DISTINCT c.partner_id, c.window_day FROM vobiz.cdrs c WHERE vobiz_sync.is_stray(c.start_time, c.window_day);
CREATE TRIGGER note_stray_inserted AFTER INSERT ON vobiz.cdrs
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION vobiz_sync.note_stray_days();
CREATE TRIGGER note_stray_updated AFTER UPDATE ON vobiz.cdrs
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION vobiz_sync.note_stray_days();

-- As in 0015, with bounds that are known when it is planned.
CREATE OR REPLACE FUNCTION vobiz_sync.peaks_between(of_partner text, from_time timestamptz, to_time timestamptz)
  RETURNS TABLE (account_id text, peak_calls bigint, peak_at timestamptz)
  LANGUAGE plpgsql STABLE ROWS 50 SET work_mem = '64MB' SET jit = off SET plan_cache_mode = force_custom_plan
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
