-- One step of retention, for the partner whose cycle it is: announces the months that have become too old,
-- and drops the oldest one when a day has passed and nothing holds it. Returns what has changed: announced,
-- held, dropped, or busy (a reader of vobiz.cdrs was in the way: the next cycle tries again). A definer's
-- function, since only the owner of the tables may drop one; it looks at every condition itself.
CREATE OR REPLACE FUNCTION vobiz_sync.retire_calls(of_partner text)
  RETURNS TABLE (what text, partition text, calls bigint, at timestamptz, reason text)
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '2s'
AS $$
DECLARE
  wanted_from date;
  of_month date;
  next_month date;
  known vobiz_sync.retention;
  held text;
  oldest boolean := true;
BEGIN
  SELECT s.keep_from INTO wanted_from FROM vobiz_sync.streams s
    WHERE (s.partner_id, s.stream) = (of_partner, 'cdrs');
  -- Whoever lengthens the retention or gives it up takes back what was announced.
  DELETE FROM vobiz_sync.retention r WHERE r.dropped_at IS NULL
    AND NOT EXISTS (SELECT FROM vobiz_sync.streams s
      WHERE s.stream = 'cdrs' AND s.keep_from >= r.month + interval '1 month');
  FOR partition, of_month IN
    SELECT c.relname, to_date(substr(c.relname, 6), 'YYYY_MM')
    FROM pg_class c
    WHERE c.relnamespace = 'vobiz_part'::regnamespace AND c.relkind = 'r' AND c.relname ~ '^cdrs_\d{4}_\d{2}$'
      AND to_date(substr(c.relname, 6), 'YYYY_MM') + interval '1 month' <= wanted_from
    ORDER BY 2
  LOOP
    next_month := (of_month + interval '1 month')::date;
    held := vobiz_sync.month_held_by(of_month);
    -- What is not proven gets another chance through the backfill queue, once a day: the cycle no longer asks.
    UPDATE vobiz_sync.windows w SET queued_at = now()
      WHERE held IS NOT NULL AND (w.partner_id, w.stream) = (of_partner, 'cdrs') AND w.day >= of_month
        AND w.day < next_month
        AND w.state IN ('open', 'mismatch') AND w.queued_at IS NULL
        AND (w.read_at IS NULL OR w.read_at < now() - interval '1 day');
    SELECT * INTO known FROM vobiz_sync.retention r WHERE r.month = of_month;
    reason := held;
    -- A month that was read again after it was dropped is announced again.
    IF known.month IS NULL OR known.dropped_at IS NOT NULL THEN
      EXECUTE format('SELECT count(*) FROM vobiz_part.%I', partition) INTO calls;
      what := 'announced';
      at := now() + interval '1 day';
      INSERT INTO vobiz_sync.retention (month, rows, drop_after, held_by) VALUES (of_month, calls, at, held)
        ON CONFLICT (month) DO UPDATE SET rows = excluded.rows, announced_at = now(), drop_after = excluded.drop_after,
          held_by = excluded.held_by, dropped_at = NULL;
      RETURN NEXT;
    ELSIF known.held_by IS DISTINCT FROM held THEN
      UPDATE vobiz_sync.retention r SET held_by = held WHERE r.month = of_month;
      IF held IS NOT NULL THEN
        what := 'held';
        calls := known.rows;
        at := known.drop_after;
        RETURN NEXT;
      END IF;
    ELSIF held IS NULL AND oldest AND known.drop_after <= now() THEN
      BEGIN
        -- Counted before anybody is locked out: days that are proven and no longer asked for do not change.
        EXECUTE format('SELECT count(*) FROM vobiz_part.%I', partition) INTO calls;
        LOCK TABLE vobiz.cdrs IN ACCESS EXCLUSIVE MODE;
        EXECUTE format('DROP TABLE vobiz_part.%I', partition);
        UPDATE vobiz_sync.retention r SET rows = calls, dropped_at = now() WHERE r.month = of_month;
        -- Days without their rows are not read again, whoever asked for it.
        UPDATE vobiz_sync.windows w SET queued_at = NULL
          WHERE w.stream = 'cdrs' AND w.day <= next_month AND w.queued_at IS NOT NULL;
        what := 'dropped';
        at := now();
      EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
        what := 'busy';
      END;
      RETURN NEXT;
    END IF;
    oldest := false;
  END LOOP;
END
$$;
COMMENT ON FUNCTION vobiz_sync.retire_calls IS 'announces and drops months of calls that are older than the retention';
REVOKE ALL ON FUNCTION vobiz_sync.retire_calls FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vobiz_sync.retire_calls TO vobiz_writer;
