-- As of the end of the last good cycle of the calls: an hour that nobody has read yet is not a quiet one. Nothing is
-- written where nothing differs.
CREATE OR REPLACE FUNCTION vobiz.keep_alerts(of_partner text) RETURNS TABLE (begun bigint, ended bigint)
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  at timestamptz := (SELECT least(s.last_success_at, now()) FROM vobiz_sync.streams s
    WHERE (s.partner_id, s.stream) = (of_partner, 'cdrs') AND s.last_success_at IS NOT NULL);
BEGIN
  IF at IS NULL THEN
    RETURN;
  END IF;
  RETURN QUERY
  WITH found AS MATERIALIZED (
    SELECT * FROM vobiz.found_alerts(of_partner, at)
  ), changed AS (
    UPDATE vobiz.alerts a SET value = f.value, threshold = f.threshold, usual = f.usual, last_seen_at = now()
    FROM found f
    WHERE a.partner_id = of_partner AND a.ended_at IS NULL
      AND (a.account_id, a.kind, a.currency) = (f.account_id, f.kind, f.currency)
      AND (a.value, a.threshold, a.usual) IS DISTINCT FROM (f.value, f.threshold, f.usual)
  ), gone AS (
    UPDATE vobiz.alerts a SET ended_at = now()
    WHERE a.partner_id = of_partner AND a.ended_at IS NULL AND NOT EXISTS (
      SELECT FROM found f WHERE (f.account_id, f.kind, f.currency) = (a.account_id, a.kind, a.currency))
    RETURNING 1
  ), new AS (
    INSERT INTO vobiz.alerts (partner_id, account_id, kind, currency, value, threshold, usual)
    SELECT of_partner, f.account_id, f.kind, f.currency, f.value, f.threshold, f.usual FROM found f
    WHERE NOT EXISTS (
      SELECT FROM vobiz.alerts a WHERE a.ended_at IS NULL AND (a.partner_id, a.account_id, a.kind, a.currency)
        = (of_partner, f.account_id, f.kind, f.currency))
    RETURNING 1
  )
  SELECT (SELECT count(*) FROM new), (SELECT count(*) FROM gone);
END
$$;
COMMENT ON FUNCTION vobiz.keep_alerts IS
  'brings a partner''s vobiz.alerts up to what is found now; no row where its calls have never been read';
REVOKE ALL ON FUNCTION vobiz.keep_alerts FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vobiz.keep_alerts TO vobiz_writer;
