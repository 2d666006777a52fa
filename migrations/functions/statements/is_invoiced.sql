-- What only moves money between wallets and banks is no part of an invoice's total.
CREATE OR REPLACE FUNCTION vobiz.is_invoiced(line_kind text) RETURNS boolean
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT line_kind OPERATOR(pg_catalog.<>) ALL (ARRAY['top_up', 'chargeback', 'transfer', 'rounding'])
$$;
COMMENT ON FUNCTION vobiz.is_invoiced IS 'whether lines of this kind add up to an invoice''s total before rounding';
