CREATE OR REPLACE FUNCTION vobiz_sync.note_stray_days() RETURNS trigger LANGUAGE plpgsql
  SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO vobiz_sync.stray_days
    SELECT DISTINCT n.partner_id, n.window_day FROM new_rows n WHERE vobiz_sync.is_stray(n.start_time, n.window_day)
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION vobiz_sync.note_stray_days IS 'keeps stray_days with each statement that writes calls';
REVOKE ALL ON FUNCTION vobiz_sync.note_stray_days FROM PUBLIC;

CREATE TRIGGER note_stray_inserted AFTER INSERT ON vobiz.cdrs
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION vobiz_sync.note_stray_days();
CREATE TRIGGER note_stray_updated AFTER UPDATE ON vobiz.cdrs
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION vobiz_sync.note_stray_days();
