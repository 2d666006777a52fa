-- A version is written down only while nobody writes rows: each transaction that does has this lock with others
-- (src/sink/schema_lock.hpp) and then looks at the version. So no row is committed after a version that its
-- program does not know, whoever wrote that version down.
CREATE OR REPLACE FUNCTION vobiz_sync.wait_for_writers() RETURNS trigger LANGUAGE plpgsql
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('vobiz-syncd schema', 0));
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION vobiz_sync.wait_for_writers IS
  'lets the version of the schema change only while nobody writes rows';
REVOKE ALL ON FUNCTION vobiz_sync.wait_for_writers FROM PUBLIC;

CREATE TRIGGER wait_for_writers BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON vobiz_sync.schema_migrations
  FOR EACH STATEMENT EXECUTE FUNCTION vobiz_sync.wait_for_writers();
