CREATE OR REPLACE FUNCTION vobiz.is_material(of_currency text, amount numeric) RETURNS boolean
  LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT coalesce(amount >= (SELECT c.material_from FROM vobiz.currencies c WHERE c.currency = of_currency), true)
$$;
COMMENT ON FUNCTION vobiz.is_material IS
  'whether an open break of this amount holds a closing and the alert, by vobiz.currencies; one without an amount does';
