CREATE OR REPLACE FUNCTION vobiz.sees_numbers() RETURNS boolean
  LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
  AS $$ SELECT has_column_privilege('vobiz.cdrs', 'destination_number', 'SELECT') $$;
COMMENT ON FUNCTION vobiz.sees_numbers IS
  'whether who asks may read telephone numbers: then the views of vobiz_bi show them, and texts, whole';
