-- The rights of the service, of readers and of masked logins to what there is now; migrate ends with it.
CREATE OR REPLACE FUNCTION vobiz_sync.set_rights() RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  part record;
BEGIN
  FOR part IN
    SELECT s.* FROM vobiz_sync.service_rights() s JOIN pg_class c ON c.oid = s.relation
    WHERE pg_has_role(c.relowner, 'USAGE')
  LOOP
    EXECUTE format('REVOKE ALL ON %s FROM vobiz_writer', part.relation);
    EXECUTE format('GRANT %s ON %s TO vobiz_writer', part.rights, part.relation);
    IF part.relation <> 'vobiz_part.cdrs_default'::regclass THEN
      EXECUTE format('GRANT SELECT ON %s TO vobiz_reader', part.relation);
    END IF;
  END LOOP;
  DELETE FROM vobiz_sync.masked_logins m WHERE NOT EXISTS (SELECT FROM pg_roles r WHERE r.rolname = m.login);
  PERFORM vobiz_sync.grant_masked(m.login) FROM vobiz_sync.masked_logins m;
END
$$;
COMMENT ON FUNCTION vobiz_sync.set_rights IS
  'gives vobiz_writer, vobiz_reader and masked logins their rights to the tables and views there are';
REVOKE ALL ON FUNCTION vobiz_sync.set_rights FROM PUBLIC;
