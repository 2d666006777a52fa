-- What a currency is counted in: as vobiz.currencies says, else the smallest decimal ever seen in it, else 0.01.
CREATE OR REPLACE FUNCTION vobiz.minor_unit(of_partner text, of_currency text) RETURNS numeric
  LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT coalesce(
    (SELECT c.minor_unit FROM vobiz.currencies c WHERE c.currency = of_currency),
    (SELECT u.unit FROM vobiz.minor_units u WHERE (u.partner_id, u.currency) = (of_partner, of_currency)),
    0.01)
$$;
COMMENT ON FUNCTION vobiz.minor_unit IS 'one minor unit of a partner''s currency as set or as ever seen, e.g. 0.0001';
