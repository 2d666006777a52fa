-- Until when the days of a stream are proven without a gap, from a day on: the end of the last such day. Nothing
-- when there is no gap within 40 days, which is later than anything a billing day waits for.
CREATE OR REPLACE FUNCTION vobiz_sync.proven_until(of_partner text, of_stream text, from_day date) RETURNS timestamptz
  LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT min(p.day)::timestamp AT TIME ZONE 'UTC'
  FROM vobiz_sync.day_proofs(of_partner, of_stream, from_day, from_day + 40) p
  WHERE p.missing IS NOT NULL
$$;
COMMENT ON FUNCTION vobiz_sync.proven_until IS 'end of the last UTC day up to which a stream is proven without a gap';
