-- Keeps the hours of a day that are over, while the day is not. A day that is over has its peaks stored, and no need of
-- hours but for the calls that end late.
CREATE OR REPLACE FUNCTION vobiz_sync.keep_hours(of_partner text, of_day date) RETURNS void
  LANGUAGE plpgsql STRICT SET enable_seqscan = off SET jit = off SET plan_cache_mode = force_custom_plan
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  from_time timestamptz := vobiz.billing_day_start(of_day);
  one timestamptz;
BEGIN
  IF of_day <> vobiz.billing_day(now()) THEN
    RETURN;
  END IF;
  DELETE FROM vobiz_sync.concurrency_hours h
    WHERE h.partner_id = of_partner AND h.hour < from_time - interval '25 hours';
  -- Whoever changes a call of the day first has these locks, so that no hour is kept that lacks what another commits.
  PERFORM vobiz_sync.lock_days('calls', ARRAY[of_partner], ARRAY[from_time]);
  FOR one IN
    SELECT s FROM generate_series(from_time, least(now(), vobiz.billing_day_start(of_day + 1)) - interval '1 hour',
      interval '1 hour') s
    WHERE NOT EXISTS (SELECT FROM vobiz_sync.concurrency_hours h WHERE h.partner_id = of_partner AND h.hour = s)
  LOOP
    INSERT INTO vobiz_sync.concurrency_hours (partner_id, account_id, hour, peak_calls, peak_at)
      SELECT of_partner, p.account_id, one, p.peak_calls, p.peak_at
      FROM vobiz_sync.peaks_between(of_partner, one, one + interval '1 hour') p;
    INSERT INTO vobiz_sync.concurrency_hours (partner_id, account_id, hour, peak_calls, peak_at)
      VALUES (of_partner, '*', one, 0, one)
    ON CONFLICT DO NOTHING;
  END LOOP;
END
$$;
COMMENT ON FUNCTION vobiz_sync.keep_hours IS
  'keeps the peaks of the hours of today that are over; nothing on another day';
REVOKE ALL ON FUNCTION vobiz_sync.keep_hours FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vobiz_sync.keep_hours TO vobiz_writer;
