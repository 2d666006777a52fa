-- Left out: sums that the provider makes of the same rows, changes of a closed day, and what only waits for a name.
CREATE OR REPLACE FUNCTION vobiz.is_leak(check_name text, kind text) RETURNS boolean
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT check_name OPERATOR(pg_catalog.<>) ALL (ARRAY['provider_totals', 'snapshot_totals', 'closed_day_drift'])
    AND kind OPERATOR(pg_catalog.<>) 'needs_approval'
$$;
COMMENT ON FUNCTION vobiz.is_leak IS 'whether the amount of a break is money that somebody pays too much or too little';
