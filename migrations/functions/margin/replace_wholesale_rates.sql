-- A rate stands for its days: what an older one of the same prefix says of them goes, what it says of other days
-- stays. Rates that are there as they are given are not touched, so that the same list again writes nothing.
CREATE OR REPLACE FUNCTION vobiz.replace_wholesale_rates(of_partner text, rates jsonb) RETURNS bigint
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  n record;
  until date;
  written bigint := 0;
BEGIN
  -- Two lists at once would each cut what the other has not committed.
  LOCK TABLE vobiz.wholesale_rates IN SHARE ROW EXCLUSIVE MODE;
  FOR n IN
    SELECT * FROM jsonb_to_recordset(rates) AS r(prefix text, direction text, currency text, rate_per_minute numeric,
      pulse integer, valid_from date, valid_to date)
    ORDER BY r.direction, r.currency, r.prefix, r.valid_from
  LOOP
    until := coalesce(n.valid_to, 'infinity');
    CONTINUE WHEN (
      SELECT count(*) = 1 AND bool_and((w.valid_from, w.valid_to, w.rate_per_minute, w.pulse)
        IS NOT DISTINCT FROM (n.valid_from, n.valid_to, n.rate_per_minute, n.pulse))
      FROM vobiz.wholesale_rates w
      WHERE (w.partner_id, w.call_direction, w.currency, w.prefix) = (of_partner, n.direction, n.currency, n.prefix)
        AND w.valid_from <= until AND coalesce(w.valid_to, 'infinity') >= n.valid_from);
    INSERT INTO vobiz.wholesale_rates
      SELECT w.partner_id, w.prefix, w.call_direction, w.currency, w.rate_per_minute, w.pulse, until + 1, w.valid_to
      FROM vobiz.wholesale_rates w
      WHERE (w.partner_id, w.call_direction, w.currency, w.prefix) = (of_partner, n.direction, n.currency, n.prefix)
        AND w.valid_from <= until AND coalesce(w.valid_to, 'infinity') > until
      ORDER BY w.valid_from DESC
    ON CONFLICT DO NOTHING;
    DELETE FROM vobiz.wholesale_rates w
    WHERE (w.partner_id, w.call_direction, w.currency, w.prefix) = (of_partner, n.direction, n.currency, n.prefix)
      AND w.valid_from BETWEEN n.valid_from AND until;
    UPDATE vobiz.wholesale_rates w SET valid_to = n.valid_from - 1
    WHERE (w.partner_id, w.call_direction, w.currency, w.prefix) = (of_partner, n.direction, n.currency, n.prefix)
      AND w.valid_from < n.valid_from AND coalesce(w.valid_to, 'infinity') >= n.valid_from;
    INSERT INTO vobiz.wholesale_rates VALUES (of_partner, n.prefix, n.direction, n.currency, n.rate_per_minute, n.pulse,
      n.valid_from, n.valid_to);
    written := written + 1;
  END LOOP;
  RETURN written;
END
$$;
COMMENT ON FUNCTION vobiz.replace_wholesale_rates IS
  'puts a list of rates in the place of what there was for their days; returns how many of them are new or different';
REVOKE ALL ON FUNCTION vobiz.replace_wholesale_rates FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vobiz.replace_wholesale_rates TO vobiz_writer;
