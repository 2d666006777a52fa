-- Two transactions that touch one billing day take turns: each recomputes what it touched from rows, and must
-- see what the other committed. The rollups' own lock is shared by all of them, and whoever rebuilds takes
-- it alone, so that nobody adds up days of the zone that is being left. Returns the zone.
CREATE OR REPLACE FUNCTION vobiz_sync.lock_days(of_table text, partners text[], instants timestamptz[]) RETURNS text
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  zone text;
BEGIN
  PERFORM pg_advisory_xact_lock_shared(hashtextextended('vobiz rollups', 0));
  SELECT timezone INTO STRICT zone FROM vobiz.settings;
  PERFORM pg_advisory_xact_lock(key) FROM (
    SELECT DISTINCT
      hashtextextended(format('vobiz %s %s %s', of_table, partner, (at AT TIME ZONE zone)::date), 0) AS key
    FROM unnest(partners, instants) AS u(partner, at) ORDER BY key) days;
  RETURN zone;
END
$$;
COMMENT ON FUNCTION vobiz_sync.lock_days IS 'locks the billing days of the instants until the transaction ends';
REVOKE ALL ON FUNCTION vobiz_sync.lock_days FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vobiz_sync.lock_days TO vobiz_writer;
