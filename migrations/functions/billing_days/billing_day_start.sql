CREATE OR REPLACE FUNCTION vobiz.billing_day_start(day date) RETURNS timestamptz
  LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
  AS $$ SELECT day::timestamp AT TIME ZONE (SELECT timezone FROM vobiz.settings) $$;
COMMENT ON FUNCTION vobiz.billing_day_start IS 'the instant a billing day begins; it ends where the next one begins';
