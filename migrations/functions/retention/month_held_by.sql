-- Why a month of calls may not be dropped although it is too old for somebody; null: it may.
CREATE OR REPLACE FUNCTION vobiz_sync.month_held_by(of_month date) RETURNS text
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
    WHERE b.state IN ('open', 'disputed') AND b.billing_day >= of_month - 1 AND b.billing_day <= next_month;
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
COMMENT ON FUNCTION vobiz_sync.month_held_by IS 'why a month of calls may not be dropped; null: nothing is in the way';
