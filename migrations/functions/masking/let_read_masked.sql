CREATE OR REPLACE FUNCTION vobiz_sync.let_read_masked(reader name) RETURNS void
  LANGUAGE plpgsql
AS $$
DECLARE
  part record;
BEGIN
  EXECUTE format('GRANT USAGE ON SCHEMA vobiz, vobiz_sync, vobiz_bi TO %I', reader);
  EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA vobiz_bi TO %I', reader);
  FOR part IN
    SELECT c.oid::regclass AS relation, string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) AS columns
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relnamespace IN ('vobiz'::regnamespace, 'vobiz_sync'::regnamespace) AND c.relkind IN ('r', 'p', 'v', 'm')
      AND (c.oid::regclass, a.attname) NOT IN (SELECT p.relation, p.column_name FROM vobiz_sync.personal_columns() p)
    GROUP BY c.oid
  LOOP
    EXECUTE format('GRANT SELECT (%s) ON %s TO %I', part.columns, part.relation, reader);
  END LOOP;
END
$$;
COMMENT ON FUNCTION vobiz_sync.let_read_masked IS
  'gives a role without the rights of vobiz_reader everything to read but personal columns; again after an '
  'upgrade, for what that added';
REVOKE ALL ON FUNCTION vobiz_sync.let_read_masked FROM PUBLIC;
