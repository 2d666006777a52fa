CREATE OR REPLACE FUNCTION vobiz_sync.bucket_ends(starts timestamptz[]) RETURNS timestamptz[]
  LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
  AS $$ SELECT array_agg(b + interval '15 minutes' ORDER BY n) FROM unnest(starts) WITH ORDINALITY AS u(b, n) $$;
COMMENT ON FUNCTION vobiz_sync.bucket_ends IS 'where the buckets that begin at these instants end';
