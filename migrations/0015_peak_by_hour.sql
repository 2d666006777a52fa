-- The peak of a day that is not over costs a sweep of an hour, not of the day: hours that are over are kept.

-- A call that an hour before a sweep had begun still counts in it only if it lasts longer than that.
CREATE INDEX cdrs_long_calls ON vobiz.cdrs (partner_id, start_time)
  WHERE coalesce(end_time - start_time, duration * interval '1 second') > interval '1 hour';

-- The rows of an hour go when one of its calls changes; an hour that was swept has a row for all customers at least. Hours
-- are facts about calls, whatever zone days are in.
CREATE TABLE vobiz_sync.concurrency_hours (
  partner_id text NOT NULL,
  account_id text NOT NULL,
  hour       timestamptz NOT NULL,
  peak_calls bigint NOT NULL,
  peak_at    timestamptz NOT NULL,
  PRIMARY KEY (partner_id, hour, account_id)
);
COMMENT ON TABLE vobiz_sync.concurrency_hours IS 'most calls at the same time, by hours of today and yesterday that have been swept: ask vobiz.concurrency_days';
COMMENT ON COLUMN vobiz_sync.concurrency_hours.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_sync.concurrency_hours.account_id IS 'auth_id of the customer; * for all customers of the partner together';
COMMENT ON COLUMN vobiz_sync.concurrency_hours.hour IS 'start of the hour, a whole number of hours after a billing day began';
COMMENT ON COLUMN vobiz_sync.concurrency_hours.peak_calls IS 'most calls in progress at the same time';
COMMENT ON COLUMN vobiz_sync.concurrency_hours.peak_at IS 'when there were that many for the first time';

-- A call is in progress from its start to just before its end; at an instant, calls end before others start.
CREATE FUNCTION vobiz_sync.peaks_between(of_partner text, from_time timestamptz, to_time timestamptz)
  RETURNS TABLE (account_id text, peak_calls bigint, peak_at timestamptz)
  LANGUAGE sql STABLE ROWS 50 SET work_mem = '64MB' SET jit = off
AS $$
  WITH calls AS MATERIALIZED (
    SELECT c.account_id, greatest(c.start_time, from_time) AS starts, c.ends
    FROM (
      SELECT c.account_id, c.start_time, vobiz_sync.call_end(c.start_time, c.end_time, c.duration) AS ends
      FROM vobiz.cdrs c
      WHERE c.partner_id = of_partner AND c.removed_at IS NULL
        AND c.start_time >= from_time - interval '1 hour' AND c.start_time < to_time
      UNION ALL
      SELECT c.account_id, c.start_time, vobiz_sync.call_end(c.start_time, c.end_time, c.duration)
      FROM vobiz.cdrs c
      WHERE c.partner_id = of_partner AND c.removed_at IS NULL
        AND c.start_time >= from_time - interval '24 hours' AND c.start_time < from_time - interval '1 hour'
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
  SELECT p.account_id, p.peak[1], timestamptz 'epoch' - p.peak[2] * interval '1 microsecond' FROM peaks p
$$;
COMMENT ON FUNCTION vobiz_sync.peaks_between(text, timestamptz, timestamptz) IS 'most calls at the same time within a span, by customer and (*) for the whole partner';

-- From the hours that are kept, and one sweep over the others.
CREATE OR REPLACE FUNCTION vobiz_sync.peak_concurrency(of_partner text, of_day date)
  RETURNS TABLE (account_id text, peak_calls bigint, peak_at timestamptz)
  LANGUAGE sql STABLE ROWS 50 SET jit = off
AS $$
  WITH edges AS MATERIALIZED (
    SELECT vobiz.billing_day_start(of_day) AS from_time, vobiz.billing_day_start(of_day + 1) AS to_time
  ), kept AS MATERIALIZED (
    SELECT h.* FROM edges e CROSS JOIN LATERAL generate_series(e.from_time, e.to_time - interval '1 hour', interval '1 hour') s
    JOIN vobiz_sync.concurrency_hours h ON h.partner_id = of_partner AND h.hour = s
  ), missing AS (
    SELECT min(s) AS from_time, least(max(s) + interval '1 hour', max(e.to_time)) AS to_time
    FROM edges e CROSS JOIN LATERAL generate_series(e.from_time, e.to_time - interval '1 microsecond', interval '1 hour') s
    WHERE s NOT IN (SELECT k.hour FROM kept k)
  ), peaks AS (
    SELECT k.account_id, k.peak_calls, k.peak_at FROM kept k WHERE k.peak_calls > 0
    UNION ALL
    SELECT p.* FROM missing m CROSS JOIN LATERAL vobiz_sync.peaks_between(of_partner, m.from_time, m.to_time) p
  )
  SELECT DISTINCT ON (p.account_id) p.account_id, p.peak_calls, p.peak_at
  FROM peaks p ORDER BY p.account_id, p.peak_calls DESC, p.peak_at
$$;

-- Keeps the hours of a day that are over, while the day is not. A day that is over has its peaks stored, and no need of
-- hours but for the calls that end late.
CREATE FUNCTION vobiz_sync.keep_hours(of_partner text, of_day date) RETURNS void
  LANGUAGE plpgsql STRICT SET enable_seqscan = off SET jit = off
AS $$
DECLARE
  from_time timestamptz := vobiz.billing_day_start(of_day);
  one timestamptz;
BEGIN
  IF of_day <> vobiz.billing_day(now()) THEN
    RETURN;
  END IF;
  DELETE FROM vobiz_sync.concurrency_hours h WHERE h.partner_id = of_partner AND h.hour < from_time - interval '25 hours';
  -- Whoever changes a call of the day first has these locks, so that no hour is kept that lacks what another commits.
  PERFORM vobiz_sync.lock_days('calls', ARRAY[of_partner], ARRAY[from_time]);
  FOR one IN
    SELECT s FROM generate_series(from_time, least(now(), vobiz.billing_day_start(of_day + 1)) - interval '1 hour', interval '1 hour') s
    WHERE NOT EXISTS (SELECT FROM vobiz_sync.concurrency_hours h WHERE h.partner_id = of_partner AND h.hour = s)
  LOOP
    INSERT INTO vobiz_sync.concurrency_hours (partner_id, account_id, hour, peak_calls, peak_at)
      SELECT of_partner, p.account_id, one, p.peak_calls, p.peak_at FROM vobiz_sync.peaks_between(of_partner, one, one + interval '1 hour') p;
    INSERT INTO vobiz_sync.concurrency_hours (partner_id, account_id, hour, peak_calls, peak_at) VALUES (of_partner, '*', one, 0, one)
    ON CONFLICT DO NOTHING;
  END LOOP;
END
$$;
COMMENT ON FUNCTION vobiz_sync.keep_hours(text, date) IS 'keeps the peaks of the hours of today that are over; nothing on another day';
REVOKE EXECUTE ON FUNCTION vobiz_sync.keep_hours(text, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vobiz_sync.keep_hours(text, date) TO vobiz_writer;

-- As in 0007, and the hours that a call is in progress in are no longer kept.
CREATE OR REPLACE FUNCTION vobiz_sync.roll_up_calls() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  partners text[];
  accounts text[];
  buckets timestamptz[];
  ends timestamptz[];
  zone text;
BEGIN
  -- The end of a call decides which days its sweep reaches into.
  IF TG_OP = 'INSERT' THEN
    SELECT array_agg(partner_id), array_agg(account_id), array_agg(bucket), array_agg(ends_at)
    INTO partners, accounts, buckets, ends
    FROM (
      SELECT partner_id, account_id, vobiz_sync.bucket_of(start_time) AS bucket,
        max(vobiz_sync.call_end(start_time, end_time, duration)) AS ends_at
      FROM new_rows GROUP BY 1, 2, 3) k;
  ELSIF TG_OP = 'DELETE' THEN
    SELECT array_agg(partner_id), array_agg(account_id), array_agg(bucket), array_agg(ends_at)
    INTO partners, accounts, buckets, ends
    FROM (
      SELECT partner_id, account_id, vobiz_sync.bucket_of(start_time) AS bucket,
        max(vobiz_sync.call_end(start_time, end_time, duration)) AS ends_at
      FROM old_rows GROUP BY 1, 2, 3) k;
  ELSE
    SELECT array_agg(partner_id), array_agg(account_id), array_agg(bucket), array_agg(ends_at)
    INTO partners, accounts, buckets, ends
    FROM (
      SELECT partner_id, account_id, vobiz_sync.bucket_of(start_time) AS bucket,
        max(vobiz_sync.call_end(start_time, end_time, duration)) AS ends_at
      FROM (
        SELECT partner_id, account_id, start_time, end_time, duration FROM old_rows UNION ALL
        SELECT partner_id, account_id, start_time, end_time, duration FROM new_rows) both_rows
      GROUP BY 1, 2, 3) k;
  END IF;
  IF partners IS NULL THEN
    RETURN NULL;
  END IF;
  zone := vobiz_sync.lock_days('calls', partners || partners, buckets || ends);
  INSERT INTO vobiz_sync.rollup_marks
    SELECT DISTINCT partner, d::date, 'concurrency', '*'
    FROM unnest(partners, buckets, ends) AS u(partner, bucket, ends_at) CROSS JOIN LATERAL generate_series(
      (bucket AT TIME ZONE zone)::date, (ends_at AT TIME ZONE zone)::date, interval '1 day') d
  ON CONFLICT DO NOTHING;
  DELETE FROM vobiz_sync.concurrency_hours h USING (
    SELECT partner, bucket, max(ends_at) AS ends_at FROM unnest(partners, buckets, ends) AS u(partner, bucket, ends_at) GROUP BY 1, 2) k
  WHERE h.partner_id = k.partner AND h.hour > k.bucket - interval '1 hour' AND h.hour <= k.ends_at;
  PERFORM vobiz_sync.mark_days('calls', partners, accounts, buckets, zone);
  PERFORM vobiz_sync.refresh_calls(partners, accounts, buckets, vobiz_sync.bucket_ends(buckets), zone);
  RETURN NULL;
END
$$;
