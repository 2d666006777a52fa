-- A row of a dropped month has no partition to go to but the default one, where nothing would ever take it
-- away again: it is not stored.
CREATE OR REPLACE FUNCTION vobiz_sync.refuse_dropped_calls() RETURNS trigger LANGUAGE plpgsql
  SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NEW.start_time < vobiz_sync.calls_kept_from() THEN
    RETURN NULL;
  END IF;
  RETURN NEW;
END
$$;
COMMENT ON FUNCTION vobiz_sync.refuse_dropped_calls IS 'keeps calls of dropped months out of the default partition';
REVOKE ALL ON FUNCTION vobiz_sync.refuse_dropped_calls FROM PUBLIC;

CREATE TRIGGER refuse_dropped_calls BEFORE INSERT ON vobiz_part.cdrs_default
  FOR EACH ROW EXECUTE FUNCTION vobiz_sync.refuse_dropped_calls();
