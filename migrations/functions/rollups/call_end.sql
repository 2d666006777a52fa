-- An end that lies more than a day after the start is a fault of the record; it would hold a line for ever.
CREATE OR REPLACE FUNCTION vobiz_sync.call_end(start_time timestamptz, end_time timestamptz, duration integer)
  RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT least(
    coalesce(end_time, start_time OPERATOR(pg_catalog.+) (duration OPERATOR(pg_catalog.*) interval '1 second'),
      start_time),
    start_time OPERATOR(pg_catalog.+) interval '24 hours') $$;
COMMENT ON FUNCTION vobiz_sync.call_end IS
  'until when a call counts as in progress: its end, 24 hours after its start at most';
