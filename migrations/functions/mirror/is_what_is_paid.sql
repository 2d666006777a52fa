-- A re-rated call changes its cost and its total_cost: one of them is what is paid, the other a part of it.
CREATE OR REPLACE FUNCTION vobiz.is_what_is_paid(stream text, column_name text) RETURNS boolean
  LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT (stream, column_name) IN (('cdrs', 'total_cost'), ('transactions', 'amount'), ('numbers', 'monthly_fee'))
$$;
COMMENT ON FUNCTION vobiz.is_what_is_paid IS
  'whether the differences of a column of vobiz.adjustments add up to money: the others are parts of it, or no money';
