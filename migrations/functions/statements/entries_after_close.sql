-- A definer's function, since a masked login may not read the keys of adjustments.
-- An entry of a day that was itself read late (a backfill) is no late entry: what counts is how long after the
-- first entry seen of that day, or after the end of the month, it came.
CREATE OR REPLACE FUNCTION vobiz.entries_after_close(of_partner text, of_account text, of_month date)
  RETURNS TABLE (id text, currency text, is_late boolean, effect numeric)
  LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 1 SET jit = off SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  next_month date := (of_month + interval '1 month')::date;
  month_end timestamptz := vobiz.billing_day_start(next_month);
  settling interval := (SELECT s.settle FROM vobiz.settings s);
BEGIN
  RETURN QUERY
  WITH late_days AS MATERIALIZED (
    SELECT d.day, greatest(month_end, f.first_seen) + settling AS late_from
    FROM (SELECT l.day, max(l.first_seen_to) AS last_seen FROM vobiz.ledger_days l
          WHERE l.partner_id = of_partner AND l.account_id = of_account AND l.day >= of_month AND l.day < next_month
          GROUP BY l.day HAVING max(l.first_seen_to) > month_end + settling) d
    CROSS JOIN LATERAL (SELECT min(l.first_seen_from) AS first_seen FROM vobiz.ledger_days l
                        WHERE l.partner_id = of_partner AND l.day = d.day) f
    WHERE d.last_seen > greatest(month_end, f.first_seen) + settling
  ), late AS MATERIALIZED (
    SELECT t.id FROM late_days d JOIN vobiz.transactions t ON t.account_id = of_account AND t.partner_id = of_partner
      AND t.created_at >= vobiz.billing_day_start(d.day) AND t.created_at < vobiz.billing_day_start(d.day + 1)
      AND t.first_seen_at > d.late_from
  ), changed AS MATERIALIZED (
    -- What the entry was when its month was closed: the oldest old value recorded after that.
    SELECT j.row_key,
      (array_agg(j.old_value ORDER BY j.id) FILTER (WHERE j.column_name = 'amount'))[1]::numeric AS old_amount,
      (array_agg(j.old_value ORDER BY j.id) FILTER (WHERE j.column_name = 'status'))[1] AS old_status,
      bool_or(j.column_name = 'status') AS status_changed
    FROM vobiz.adjustments j
    WHERE j.account_id = of_account AND j.partner_id = of_partner AND j.stream = 'transactions'
      AND j.seen_at > month_end + settling
    GROUP BY j.row_key
  ), entries AS (
    SELECT l.id, true AS is_late, NULL::text AS status_then, NULL::numeric AS amount_then FROM late l
    UNION ALL
    SELECT t.id, false, CASE WHEN c.status_changed THEN c.old_status ELSE t.status END, coalesce(c.old_amount, t.amount)
    FROM changed c JOIN vobiz.transactions t ON t.account_id = of_account AND t.id = c.row_key
    CROSS JOIN LATERAL (SELECT vobiz_sync.entry_time(t.created_at, t.processed_at, t.window_day) AS at) e
    WHERE e.at >= vobiz.billing_day_start(of_month) AND e.at < month_end
      AND NOT EXISTS (SELECT FROM late l WHERE l.id = t.id)
  )
  SELECT t.id, coalesce(t.currency, 'XXX'), e.is_late,
    CASE WHEN vobiz.is_credit(t.type) THEN 1 ELSE -1 END * (
      CASE WHEN lower(t.status) = 'completed' AND t.removed_at IS NULL THEN t.amount ELSE 0 END
      - CASE WHEN e.is_late OR lower(e.status_then) IS DISTINCT FROM 'completed' THEN 0 ELSE e.amount_then END)
  FROM entries e JOIN vobiz.transactions t ON t.account_id = of_account AND t.id = e.id;
END
$$;
COMMENT ON FUNCTION vobiz.entries_after_close IS
  'ledger entries of a customer''s billing month that were first seen or changed after its end plus '
  'settings.settle, and what that did to the wallet';
REVOKE ALL ON FUNCTION vobiz.entries_after_close FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vobiz.entries_after_close TO vobiz_reader, vobiz_writer;
