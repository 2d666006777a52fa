-- An entry belongs to the day it was booked on: created_at is what the API's day filter looks at, so the
-- windows prove exactly these days complete, and it never moves, while processed_at does when a pending
-- entry completes. An entry without it stands where the API listed it.
CREATE OR REPLACE FUNCTION vobiz_sync.entry_time(created_at timestamptz, processed_at timestamptz, window_day date)
  RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT coalesce(created_at, processed_at, window_day::timestamp AT TIME ZONE 'UTC') $$;
COMMENT ON FUNCTION vobiz_sync.entry_time IS 'the instant that decides the billing day of a ledger entry';
