-- Which 15 minutes an instant falls into. Every zone in use is a whole number of them away from UTC, so
-- days of any zone are made of whole buckets.
CREATE OR REPLACE FUNCTION vobiz_sync.bucket_of(at timestamptz) RETURNS timestamptz
  LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT pg_catalog.to_timestamp((pg_catalog.floor(extract(epoch FROM at) OPERATOR(pg_catalog./) 900)
    OPERATOR(pg_catalog.*) 900)::double precision) $$;
COMMENT ON FUNCTION vobiz_sync.bucket_of IS 'start of the 15 minutes that an instant falls into';
