-- Takes the zone and the settle time of the configuration. The zone only while there are no rollups, since
-- every one of them depends on it. Returns the zone in force.
CREATE OR REPLACE FUNCTION vobiz_sync.adopt_settings(new_zone text, new_settle interval) RETURNS text
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  zone text;
BEGIN
  UPDATE vobiz.settings SET settle = new_settle WHERE settle <> new_settle;
  SELECT timezone INTO STRICT zone FROM vobiz.settings;
  IF zone = new_zone OR EXISTS (SELECT FROM vobiz.usage_buckets) OR EXISTS (SELECT FROM vobiz.ledger_buckets) THEN
    RETURN zone;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('vobiz rollups', 0));
  UPDATE vobiz.settings SET timezone = new_zone
  WHERE NOT EXISTS (SELECT FROM vobiz.usage_buckets) AND NOT EXISTS (SELECT FROM vobiz.ledger_buckets);
  RETURN (SELECT timezone FROM vobiz.settings);
END
$$;
COMMENT ON FUNCTION vobiz_sync.adopt_settings IS
  'takes zone and settle time from the configuration, the zone only while there are no rollups; returns the zone '
  'in force';
REVOKE ALL ON FUNCTION vobiz_sync.adopt_settings FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vobiz_sync.adopt_settings TO vobiz_writer;
