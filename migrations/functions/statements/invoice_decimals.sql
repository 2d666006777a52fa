CREATE OR REPLACE FUNCTION vobiz.invoice_decimals(of_currency text) RETURNS integer
  LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT coalesce((SELECT c.invoice_decimals FROM vobiz.currencies c WHERE c.currency = of_currency), 2)
$$;
COMMENT ON FUNCTION vobiz.invoice_decimals IS 'decimals of an invoice''s total in this currency, by vobiz.currencies';
