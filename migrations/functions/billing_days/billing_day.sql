CREATE OR REPLACE FUNCTION vobiz.billing_day(at timestamptz) RETURNS date
  LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
  AS $$ SELECT (at AT TIME ZONE (SELECT timezone FROM vobiz.settings))::date $$;
COMMENT ON FUNCTION vobiz.billing_day IS 'the billing day an instant belongs to';
