-- One step of retention, for the partner whose cycle it is: announces the months that have become too old,
-- and drops the oldest one when a day has passed and nothing holds it. Returns what has changed: announced,
-- held, dropped, or busy (a transaction of others was in the way). A month that objects or transactions of others
-- are in the way of holds no other month: in all else it is ready. A definer's function, since only the owner of the
-- tables may drop one; it looks at every condition itself.
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
  used text;
  oldest boolean := true;
  ready boolean;
  failed boolean;
  all_in_use boolean;  -- what is waited for is the table of all months
BEGIN
  -- No configuration keeps less than a month: whoever writes another day here does not get it.
  SELECT CASE WHEN s.keep_from > current_date - 28 THEN current_date - 28 ELSE s.keep_from END INTO wanted_from
    FROM vobiz_sync.streams s
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
    SELECT * INTO known FROM vobiz_sync.retention r WHERE r.month = of_month;
    CONTINUE WHEN known.dropped_at IS NULL AND known.next_try > now();
    what := NULL;
    held := NULL;
    failed := false;
    all_in_use := false;
    calls := known.rows;
    at := known.drop_after;
    used := vobiz_sync.month_used_by(of_month);
    BEGIN
      held := vobiz_sync.month_held_by(of_month);
      -- What is not proven gets another chance through the backfill queue, once a day: the cycle no longer asks.
      UPDATE vobiz_sync.windows w SET queued_at = now()
        WHERE held IS NOT NULL AND (w.partner_id, w.stream) = (of_partner, 'cdrs') AND w.day >= of_month
          AND w.day < next_month
          AND w.state IN ('open', 'mismatch') AND w.queued_at IS NULL
          AND (w.read_at IS NULL OR w.read_at < now() - interval '1 day');
      ready := held IS NULL;
      held := coalesce(held, 'in use by ' || used);
      reason := held;
      -- A month that was read again after it was dropped is announced again.
      IF known.month IS NULL OR known.dropped_at IS NOT NULL THEN
        EXECUTE format('SELECT count(*) FROM vobiz_part.%I', partition) INTO calls;
        what := 'announced';
        at := now() + interval '1 day';
        INSERT INTO vobiz_sync.retention (month, rows, drop_after, held_by) VALUES (of_month, calls, at, held)
          ON CONFLICT (month) DO UPDATE SET rows = excluded.rows, announced_at = now(),
            drop_after = excluded.drop_after, held_by = excluded.held_by, dropped_at = NULL, next_try = NULL;
      ELSIF known.held_by IS DISTINCT FROM held AND known.next_try IS NULL THEN
        UPDATE vobiz_sync.retention r SET held_by = held WHERE r.month = of_month;
        what := CASE WHEN held IS NOT NULL THEN 'held' END;
      ELSIF held IS NULL AND oldest AND known.drop_after <= now() THEN
        -- Counted before anybody is locked out: days that are proven and no longer asked for do not change.
        EXECUTE format('SELECT count(*) FROM vobiz_part.%I', partition) INTO calls;
        -- Readers lock the whole table before a month. While it is locked, a month in use is not waited for.
        all_in_use := true;
        LOCK TABLE ONLY vobiz.cdrs IN ACCESS EXCLUSIVE MODE;
        all_in_use := false;
        PERFORM set_config('lock_timeout', '100ms', true);
        EXECUTE format('DROP TABLE vobiz_part.%I', partition);
        PERFORM set_config('lock_timeout', '2s', true);
        UPDATE vobiz_sync.retention r SET rows = calls, dropped_at = now(), held_by = NULL, next_try = NULL
          WHERE r.month = of_month;
        -- Days without their rows are not read again, whoever asked for it.
        UPDATE vobiz_sync.windows w SET queued_at = NULL
          WHERE w.stream = 'cdrs' AND w.day <= next_month AND w.queued_at IS NOT NULL;
        what := 'dropped';
        at := now();
      ELSIF known.next_try IS NOT NULL THEN
        UPDATE vobiz_sync.retention r SET held_by = held, next_try = NULL WHERE r.month = of_month;
        what := CASE WHEN held IS DISTINCT FROM known.held_by AND held IS NOT NULL THEN 'held' END;
      END IF;
    EXCEPTION
      WHEN lock_not_available OR deadlock_detected THEN
        failed := true;
        what := 'busy';
        reason := coalesce(vobiz_sync.month_locked_by(of_month), 'a transaction of others');
      WHEN OTHERS THEN
        failed := true;
        what := 'held';
        GET STACKED DIAGNOSTICS reason = MESSAGE_TEXT;
    END;
    IF failed THEN
      -- Each try may make others wait, so it is not repeated with each cycle.
      UPDATE vobiz_sync.retention r SET held_by = reason, next_try = now() + interval '5 minutes'
        WHERE r.month = of_month
          -- A reader of all months is in the way of each that is ready.
          OR (what = 'busy' AND all_in_use AND r.held_by IS NULL AND r.dropped_at IS NULL AND r.drop_after <= now());
    END IF;
    oldest := oldest AND NOT failed AND ready AND used IS NOT NULL;
    IF what IS NOT NULL THEN
      RETURN NEXT;
    END IF;
  END LOOP;
END
$$;
COMMENT ON FUNCTION vobiz_sync.retire_calls IS 'announces and drops months of calls that are older than the retention';
REVOKE ALL ON FUNCTION vobiz_sync.retire_calls FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vobiz_sync.retire_calls TO vobiz_writer;
