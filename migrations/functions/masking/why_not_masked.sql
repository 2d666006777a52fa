-- Why a login that vobiz_sync.let_read_masked was called for sees numbers all the same; null: it does not. A right of
-- each role that it is a member of counts, since it may set that role.
CREATE OR REPLACE FUNCTION vobiz_sync.why_not_masked(login name) RETURNS text
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  reader pg_roles;
  other name;
  seen text;
BEGIN
  SELECT * INTO reader FROM pg_roles r WHERE r.rolname = login;
  IF NOT FOUND THEN
    RETURN 'there is no such role';
  ELSIF reader.rolsuper THEN
    RETURN 'it is a superuser';
  ELSIF reader.rolcreaterole THEN
    RETURN 'it may create roles, and grant itself those that see numbers';
  ELSIF reader.rolreplication THEN
    RETURN 'it may copy the whole server by replication';
  END IF;
  SELECT r.rolname INTO other FROM pg_roles r
    WHERE r.oid <> reader.oid AND pg_has_role(reader.oid, r.oid, 'MEMBER')
      AND (r.rolsuper OR r.rolcreaterole OR r.rolreplication
        OR r.rolname IN ('vobiz_reader', 'vobiz_writer', 'pg_read_all_data', 'pg_write_all_data', 'pg_monitor',
          'pg_read_all_stats', 'pg_read_server_files', 'pg_write_server_files', 'pg_execute_server_program')
        OR EXISTS (SELECT FROM vobiz_sync.personal_columns() p
          WHERE has_column_privilege(r.oid, p.relation, p.column_name, 'SELECT')))
    ORDER BY r.rolname NOT IN ('vobiz_reader', 'vobiz_writer'), r.rolname LIMIT 1;
  IF FOUND THEN
    RETURN format('it is a member of "%s", which sees numbers', other);
  END IF;
  -- Who owns a table can give itself what was taken from it.
  SELECT format('"%s"', c.oid::regclass) INTO seen FROM pg_class c
    WHERE c.relnamespace IN ('vobiz'::regnamespace, 'vobiz_sync'::regnamespace, 'vobiz_bi'::regnamespace,
      'vobiz_part'::regnamespace) AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
      AND pg_has_role(reader.oid, c.relowner, 'MEMBER') LIMIT 1;
  IF FOUND THEN
    RETURN format('it owns %s', seen);
  END IF;
  SELECT format('"%s.%s"', p.relation, p.column_name) INTO seen FROM vobiz_sync.personal_columns() p
    WHERE has_column_privilege(reader.oid, p.relation, p.column_name, 'SELECT') LIMIT 1;
  IF NOT FOUND THEN
    SELECT format('"%s"', c.oid::regclass) INTO seen FROM pg_class c
      WHERE c.relnamespace = 'vobiz_part'::regnamespace AND c.relkind IN ('r', 'p')
        AND has_any_column_privilege(reader.oid, c.oid, 'SELECT') LIMIT 1;
  END IF;
  IF FOUND THEN
    RETURN format('it was granted %s, or everybody was', seen);
  END IF;
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION vobiz_sync.why_not_masked IS
  'why a role sees more than masked numbers; null: it does not';
