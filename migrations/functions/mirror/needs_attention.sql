CREATE OR REPLACE FUNCTION vobiz_sync.needs_attention(state text) RETURNS boolean
  LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$ SELECT state NOT IN ('ok', 'new', 'off', 'unavailable') $$;
COMMENT ON FUNCTION vobiz_sync.needs_attention IS
  'whether a state of a stream (vobiz_sync.stream_state) is for somebody to look at';
