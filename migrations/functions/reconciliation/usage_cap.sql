CREATE OR REPLACE FUNCTION vobiz.usage_cap(of_currency text, otherwise numeric) RETURNS numeric
  LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT coalesce((SELECT c.usage_cap FROM vobiz.currencies c WHERE c.currency = of_currency), otherwise)
$$;
COMMENT ON FUNCTION vobiz.usage_cap IS
  'largest rounding difference of usage_day in a currency: its own in vobiz.currencies, else the one given';
