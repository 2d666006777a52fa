-- Takes back what the role was granted here before, since an older version may have opened more.
CREATE OR REPLACE FUNCTION vobiz_sync.grant_masked(reader name) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  part record;
BEGIN
  EXECUTE format('GRANT USAGE ON SCHEMA vobiz, vobiz_sync, vobiz_bi TO %I', reader);
  EXECUTE format('GRANT EXECUTE ON FUNCTION vobiz.entries_after_close, vobiz.usage_after_close TO %I', reader);
  -- A view is made to be read as a whole: it is closed if one of its columns is.
  FOR part IN
    SELECT c.oid::regclass AS relation,
      string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FILTER (WHERE p.relation IS NULL) AS columns,
      c.relnamespace = 'vobiz_part'::regnamespace
        OR (c.relnamespace = 'vobiz_bi'::regnamespace AND bool_or(p.relation IS NOT NULL)) AS is_closed
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN vobiz_sync.personal_columns() p ON (p.relation, p.column_name) = (c.oid::regclass, a.attname)
    WHERE c.relnamespace IN ('vobiz'::regnamespace, 'vobiz_sync'::regnamespace, 'vobiz_bi'::regnamespace,
        'vobiz_part'::regnamespace)
      AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND pg_has_role(c.relowner, 'USAGE')
    GROUP BY c.oid
  LOOP
    EXECUTE format('REVOKE ALL ON %s FROM %I', part.relation, reader);
    IF part.columns IS NOT NULL AND NOT part.is_closed THEN
      EXECUTE format('GRANT SELECT (%s) ON %s TO %I', part.columns, part.relation, reader);
    END IF;
  END LOOP;
END
$$;
COMMENT ON FUNCTION vobiz_sync.grant_masked IS
  'gives a role what masked logins may read, and takes back what else it was given';
REVOKE ALL ON FUNCTION vobiz_sync.grant_masked FROM PUBLIC;
