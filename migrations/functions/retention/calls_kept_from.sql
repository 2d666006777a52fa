-- Months are dropped in order, so one instant says which calls the mirror has let go: sums of what is older
-- cannot be made again from rows.
CREATE OR REPLACE FUNCTION vobiz_sync.calls_kept_from() RETURNS timestamptz
  LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT max(month + interval '1 month') AT TIME ZONE 'UTC' FROM vobiz_sync.retention WHERE dropped_at IS NOT NULL
  $$;
COMMENT ON FUNCTION vobiz_sync.calls_kept_from IS
  'calls that started earlier were dropped by retention; null: none were';
