-- For comparing sums of many buckets at once: each bucket's are multiplied by a number of its own before.
CREATE OR REPLACE FUNCTION vobiz_sync.weight_of(bucket_start timestamptz) RETURNS bigint
  LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT (1 OPERATOR(pg_catalog.+) (pg_catalog.hashint8((pg_catalog.date_part('epoch', bucket_start)
    OPERATOR(pg_catalog./) 900)::bigint) OPERATOR(pg_catalog.&) 65535))::bigint $$;
COMMENT ON FUNCTION vobiz_sync.weight_of IS 'a number from 1 to 65536 that looks random, the same for each instant';
