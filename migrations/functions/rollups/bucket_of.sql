-- Which 15 minutes an instant falls into. Every zone in use is a whole number of them away from UTC, so
-- days of any zone are made of whole buckets.
CREATE OR REPLACE FUNCTION vobiz_sync.bucket_of(at timestamptz) RETURNS timestamptz
  LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT pg_catalog.date_bin(interval '15 minutes', at, timestamptz '1970-01-01 00:00:00+00') $$;
COMMENT ON FUNCTION vobiz_sync.bucket_of IS 'start of the 15 minutes that an instant falls into';
