-- How a stream stands now. How its last cycle ended tells nothing once nobody reads it any more: a good cycle lasts
-- for the stream's limit, a bad one until its next try is late by that much. A first cycle may take days: it counts as
-- under way while a process holds the stream. A stream that only commands read has no limit; a day and two hours are
-- those of a daily one.
CREATE OR REPLACE FUNCTION vobiz_sync.stream_state(of_stream vobiz_sync.streams, is_held boolean) RETURNS text
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT CASE
    WHEN NOT of_stream.is_enabled THEN 'off'
    WHEN of_stream.state = 'unavailable' THEN of_stream.state
    WHEN CASE WHEN of_stream.state = 'ok' THEN coalesce(of_stream.last_success_at, of_stream.last_attempt_at)
        WHEN is_held THEN NULL
        ELSE greatest(of_stream.known_since, of_stream.last_attempt_at, of_stream.next_due_at) END
      + coalesce(of_stream.stale_after, interval '26 hours') < now() THEN 'stale'
    ELSE of_stream.state END
$$;
COMMENT ON FUNCTION vobiz_sync.stream_state IS
  'how a stream stands now: how its last cycle ended, or stale, or off: the configuration does not have it';
