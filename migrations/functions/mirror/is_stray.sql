-- src/sink/window_sql.cpp looks 32 days around a day that is not kept here.
CREATE OR REPLACE FUNCTION vobiz_sync.is_stray(start_time timestamptz, window_day date)
  RETURNS boolean LANGUAGE sql IMMUTABLE
  AS $$
    SELECT start_time OPERATOR(pg_catalog.<) ((window_day OPERATOR(pg_catalog.-) 31)::timestamp AT TIME ZONE 'UTC')
      OR start_time OPERATOR(pg_catalog.>=) ((window_day OPERATOR(pg_catalog.+) 32)::timestamp AT TIME ZONE 'UTC')
  $$;
COMMENT ON FUNCTION vobiz_sync.is_stray IS 'whether a call started more than 31 days from the day it is listed under';
