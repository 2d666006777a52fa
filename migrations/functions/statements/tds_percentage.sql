CREATE OR REPLACE FUNCTION vobiz.tds_percentage(tds_enabled boolean, percentage numeric) RETURNS numeric
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT CASE WHEN tds_enabled THEN percentage WHEN NOT tds_enabled THEN 0 END $$;
COMMENT ON FUNCTION vobiz.tds_percentage IS
  'percent of tax that a customer deducts at source; null where the API does not say';
