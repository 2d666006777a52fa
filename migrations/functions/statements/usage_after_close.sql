-- A definer's function, since a masked login may not read the keys of adjustments.
CREATE OR REPLACE FUNCTION vobiz.usage_after_close(of_partner text, of_account text, of_currency text, of_month date)
  RETURNS numeric
  LANGUAGE sql STABLE SECURITY DEFINER SET jit = off SET search_path = pg_catalog, pg_temp
AS $$
  SELECT coalesce(sum(j.difference), 0)
  FROM (SELECT vobiz.billing_day_start(of_month) AS starts,
      vobiz.billing_day_start((of_month + interval '1 month')::date) AS ends) m
  JOIN vobiz.adjustments j ON j.account_id = of_account AND j.partner_id = of_partner AND j.stream = 'cdrs'
    AND j.column_name = 'total_cost' AND j.seen_at > m.ends + (SELECT settle FROM vobiz.settings)
  JOIN vobiz.cdrs c ON c.account_id = of_account AND c.uuid = j.row_key::uuid AND c.start_time >= m.starts
    AND c.start_time < m.ends AND c.removed_at IS NULL AND coalesce(c.currency, 'XXX') = of_currency
$$;
COMMENT ON FUNCTION vobiz.usage_after_close IS
  'changes of total_cost of a customer''s calls of a billing month, seen after its end plus settings.settle';
REVOKE ALL ON FUNCTION vobiz.usage_after_close FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vobiz.usage_after_close TO vobiz_reader, vobiz_writer;
