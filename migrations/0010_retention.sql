-- Retention of calls (design.md §5): whole months leave, oldest first, a day after they were announced.

ALTER TABLE vobiz_sync.streams ADD COLUMN keep_from date;
COMMENT ON COLUMN vobiz_sync.streams.keep_from IS 'retention: rows older than this day are no longer wanted; null: they are kept for ever';

CREATE TABLE vobiz_sync.retention (
  month        date PRIMARY KEY,
  rows         bigint NOT NULL,
  announced_at timestamptz NOT NULL DEFAULT now(),
  drop_after   timestamptz NOT NULL,
  held_by      text,
  dropped_at   timestamptz
);
COMMENT ON TABLE vobiz_sync.retention IS 'months of vobiz.cdrs that are too old to be kept: announced first, then dropped, oldest first';
COMMENT ON COLUMN vobiz_sync.retention.month IS 'first UTC day of the month';
COMMENT ON COLUMN vobiz_sync.retention.rows IS 'calls in its partition, when it was announced or dropped';
COMMENT ON COLUMN vobiz_sync.retention.announced_at IS 'when it was found too old';
COMMENT ON COLUMN vobiz_sync.retention.drop_after IS 'it is not dropped before';
COMMENT ON COLUMN vobiz_sync.retention.held_by IS 'why it is not dropped although it is time; null: nothing holds it';
COMMENT ON COLUMN vobiz_sync.retention.dropped_at IS 'when it was dropped; null: it is still there';

-- Months are dropped in order, so one instant says which calls the mirror has let go: sums of what is older
-- cannot be made again from rows.
CREATE FUNCTION vobiz_sync.calls_kept_from() RETURNS timestamptz
  LANGUAGE sql STABLE PARALLEL SAFE
  AS $$
    SELECT max(month + interval '1 month') AT TIME ZONE 'UTC' FROM vobiz_sync.retention WHERE dropped_at IS NOT NULL
  $$;
COMMENT ON FUNCTION vobiz_sync.calls_kept_from() IS 'calls that started earlier were dropped by retention; null: none were';

-- A row of a dropped month has no partition to go to but the default one, where nothing would ever take it
-- away again: it is not stored.
CREATE FUNCTION vobiz_sync.refuse_dropped_calls() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.start_time < vobiz_sync.calls_kept_from() THEN
    RETURN NULL;
  END IF;
  RETURN NEW;
END
$$;
COMMENT ON FUNCTION vobiz_sync.refuse_dropped_calls() IS 'keeps calls of dropped months out of the default partition';
CREATE TRIGGER refuse_dropped_calls BEFORE INSERT ON vobiz_part.cdrs_default
  FOR EACH ROW EXECUTE FUNCTION vobiz_sync.refuse_dropped_calls();

-- Why a month of calls may not be dropped although it is too old for somebody; null: it may.
CREATE FUNCTION vobiz_sync.month_held_by(of_month date) RETURNS text
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  next_month date := (of_month + interval '1 month')::date;
  hit record;
  partition text := 'cdrs_' || to_char(of_month, 'YYYY_MM');
  breaks bigint;
BEGIN
  -- The rows of all partners share the month.
  SELECT w.partner_id INTO hit
    FROM vobiz_sync.windows w LEFT JOIN vobiz_sync.streams s ON (s.partner_id, s.stream) = (w.partner_id, w.stream)
    WHERE w.stream = 'cdrs' AND w.day >= of_month AND w.day < next_month
      AND (s.keep_from IS NULL OR s.keep_from < next_month)
    LIMIT 1;
  IF FOUND THEN
    RETURN format('partner "%s" keeps its calls of the month', hit.partner_id);
  END IF;

  -- A refusal is no proof, unless the day was proven through the other kind of endpoint.
  SELECT count(*) AS days, min(w.day) AS first INTO hit
    FROM vobiz_sync.windows w
    WHERE w.stream = 'cdrs' AND w.day >= of_month AND w.day < next_month AND w.state <> 'proven'
      AND NOT (w.state = 'forbidden' AND EXISTS (SELECT FROM vobiz_sync.windows o
        WHERE (o.partner_id, o.stream, o.day, o.state) = (w.partner_id, w.stream, w.day, 'proven')
          AND (o.scope = '*') <> (w.scope = '*')));
  IF hit.days > 0 THEN
    RETURN format('%s of its windows are not proven, the oldest of %s', hit.days, hit.first);
  END IF;

  -- A call of the month's last evening may be listed on a day that is still asked for: it would be missed there.
  EXECUTE format(
    'SELECT l.window_day FROM vobiz_sync.streams s CROSS JOIN LATERAL (
       SELECT c.window_day FROM vobiz_part.%I c
       WHERE c.partner_id = s.partner_id AND c.window_day >= %L AND c.window_day > s.keep_from
       ORDER BY c.window_day LIMIT 1) l
     WHERE s.stream = ''cdrs'' AND s.keep_from IS NOT NULL LIMIT 1', partition, next_month)
    INTO hit;
  IF hit.window_day IS NOT NULL THEN
    RETURN format('a call of it is listed on %s, which is still read', hit.window_day);
  END IF;

  -- A billing day reaches into the UTC days beside it.
  SELECT count(*) INTO breaks FROM vobiz.reconciliation_breaks b
    WHERE b.state = 'open' AND b.billing_day >= of_month - 1 AND b.billing_day <= next_month;
  IF breaks > 0 THEN
    RETURN format('reconciliation has %s open breaks in it', breaks);
  END IF;
  -- The peaks of a day cannot be made again without its calls.
  IF EXISTS (SELECT FROM vobiz_sync.rollup_marks m WHERE m.day >= of_month - 1 AND m.day <= next_month) THEN
    RETURN 'sums of its days are still to be stored';
  END IF;
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION vobiz_sync.month_held_by(date) IS 'why a month of calls may not be dropped; null: nothing is in the way';

-- One step of retention, for the partner whose cycle it is: announces the months that have become too old,
-- and drops the oldest one when a day has passed and nothing holds it. Returns what has changed: announced,
-- held, dropped, or busy (a reader of vobiz.cdrs was in the way: the next cycle tries again). A definer's
-- function, since only the owner of the tables may drop one; it looks at every condition itself.
CREATE FUNCTION vobiz_sync.retire_calls(of_partner text)
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
    AND NOT EXISTS (SELECT FROM vobiz_sync.streams s WHERE s.stream = 'cdrs' AND s.keep_from >= r.month + interval '1 month');
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
      WHERE held IS NOT NULL AND (w.partner_id, w.stream) = (of_partner, 'cdrs') AND w.day >= of_month AND w.day < next_month
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
COMMENT ON FUNCTION vobiz_sync.retire_calls(text) IS 'announces and drops months of calls that are older than the retention';
REVOKE ALL ON FUNCTION vobiz_sync.retire_calls(text), vobiz_sync.refuse_dropped_calls() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vobiz_sync.retire_calls(text) TO vobiz_writer;

-- Everything from the rows, in the zone given, in the caller's transaction; writers wait until it ends. Returns
-- how many rows the stored rollups have. Sums of dropped months outlive their rows: dropping a partition fires
-- no trigger, and what has no rows any more is left alone here. Buckets know no zone, so the days of another
-- zone are made of them; the peaks of dropped days can only stay as they were.
CREATE FUNCTION vobiz_sync.rebuild_rollups(new_zone text) RETURNS bigint
  LANGUAGE plpgsql SET TimeZone = 'UTC' SET jit = off AS $$
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
  DELETE FROM vobiz_sync.hangup_days;
  DELETE FROM vobiz_sync.ledger_days;
  DELETE FROM vobiz_sync.concurrency_days
    WHERE kept_from = '-infinity' OR vobiz.billing_day_start(day) >= kept_from;
  DELETE FROM vobiz_sync.rollup_marks;
  FOR part IN
    SELECT array_agg(k.partner_id) AS partners, array_agg(k.account_id) AS accounts, array_agg(k.month) AS starts,
      array_agg(k.month + interval '1 month') AS ends
    FROM (SELECT DISTINCT partner_id, account_id, date_trunc('month', start_time, 'UTC') AS month
          FROM vobiz.cdrs WHERE removed_at IS NULL) k
    GROUP BY k.month
  LOOP
    PERFORM vobiz_sync.refresh_calls(part.partners, part.accounts, part.starts, part.ends, new_zone);
  END LOOP;
  FOR part IN
    SELECT array_agg(k.partner_id) AS partners, array_agg(k.account_id) AS accounts, array_agg(k.month) AS starts,
      array_agg(k.month + interval '1 month') AS ends
    FROM (SELECT DISTINCT partner_id, account_id,
            date_trunc('month', vobiz_sync.entry_time(created_at, processed_at, window_day), 'UTC') AS month
          FROM vobiz.transactions WHERE removed_at IS NULL) k
    GROUP BY k.month
  LOOP
    PERFORM vobiz_sync.refresh_ledger(part.partners, part.accounts, part.starts, part.ends);
  END LOOP;
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
    + (SELECT count(*) FROM vobiz_sync.hangup_days) + (SELECT count(*) FROM vobiz_sync.ledger_days)
    + (SELECT count(*) FROM vobiz_sync.concurrency_days);
END
$$;
COMMENT ON FUNCTION vobiz_sync.rebuild_rollups(text) IS 'sets the zone of billing days and recomputes every rollup from the rows';
REVOKE ALL ON FUNCTION vobiz_sync.rebuild_rollups(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vobiz_sync.rebuild_rollups(text) TO vobiz_writer;
