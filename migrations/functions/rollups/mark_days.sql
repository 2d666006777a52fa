CREATE OR REPLACE FUNCTION vobiz_sync.mark_days(of_rollup text, partners text[], accounts text[],
  instants timestamptz[], zone text)
  RETURNS void LANGUAGE sql SET search_path = pg_catalog, pg_temp
AS $$
  INSERT INTO vobiz_sync.rollup_marks
    SELECT DISTINCT u.partner_id, (u.at AT TIME ZONE zone)::date, of_rollup, u.account_id
    FROM unnest(partners, accounts, instants) AS u(partner_id, account_id, at)
  ON CONFLICT DO NOTHING
$$;
COMMENT ON FUNCTION vobiz_sync.mark_days IS
  'marks the billing days of these instants as no longer what their rows add up to';
REVOKE ALL ON FUNCTION vobiz_sync.mark_days FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vobiz_sync.mark_days TO vobiz_writer;
