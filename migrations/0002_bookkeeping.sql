-- The mirror's bookkeeping (design.md §2 and §3).
CREATE TABLE vobiz_sync.windows (
  partner_id    text NOT NULL,
  stream        text NOT NULL,
  scope         text NOT NULL,
  day           date NOT NULL,
  state         text NOT NULL DEFAULT 'open' CHECK (state IN ('pending', 'open', 'proven', 'mismatch', 'forbidden')),
  proof         text CHECK (proof IN ('total+summary', 'total', 'walk')),
  api_total     bigint,
  api_cost      numeric,
  api_seconds   numeric,
  api_duration  numeric,
  api_debit     numeric,
  api_credit    numeric,
  rows          bigint NOT NULL DEFAULT 0,
  cost          numeric,
  seconds       numeric,
  duration      numeric,
  debit         numeric,
  credit        numeric,
  rejects       bigint NOT NULL DEFAULT 0,
  requests      bigint NOT NULL DEFAULT 0,
  attempts      integer NOT NULL DEFAULT 0,
  read_at       timestamptz,
  walked_at     timestamptz,
  proven_at     timestamptz,
  doubted_total bigint,
  doubted_at    timestamptz,
  last_error    text,
  PRIMARY KEY (partner_id, stream, scope, day)
);
COMMENT ON TABLE vobiz_sync.windows IS 'one row per day and stream: what the API said, what is stored, and whether that is proven complete';
COMMENT ON COLUMN vobiz_sync.windows.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_sync.windows.stream IS 'transactions, cdrs, analytics; accounts and numbers under the day of their reading';
COMMENT ON COLUMN vobiz_sync.windows.scope IS '* for the global endpoint, otherwise the customer''s auth_id';
COMMENT ON COLUMN vobiz_sync.windows.day IS 'UTC day';
COMMENT ON COLUMN vobiz_sync.windows.state IS 'pending: waits for backfill; open: the day is not over, or not read to a proof yet; proven: complete by the API''s own totals; mismatch: read, and not equal to the API''s totals; forbidden: the API refuses it';
COMMENT ON COLUMN vobiz_sync.windows.proof IS 'what the proof rests on: count and sums, count alone, or the read to the last page alone';
COMMENT ON COLUMN vobiz_sync.windows.api_total IS 'rows the API counts';
COMMENT ON COLUMN vobiz_sync.windows.api_cost IS 'the API''s sum of total_cost';
COMMENT ON COLUMN vobiz_sync.windows.api_seconds IS 'the API''s sum of billable seconds';
COMMENT ON COLUMN vobiz_sync.windows.api_duration IS 'the API''s sum of duration, seconds';
COMMENT ON COLUMN vobiz_sync.windows.api_debit IS 'the API''s sum of debits';
COMMENT ON COLUMN vobiz_sync.windows.api_credit IS 'the API''s sum of credits';
COMMENT ON COLUMN vobiz_sync.windows.rows IS 'rows stored and listed';
COMMENT ON COLUMN vobiz_sync.windows.cost IS 'stored sum of total_cost';
COMMENT ON COLUMN vobiz_sync.windows.seconds IS 'stored sum of billable seconds';
COMMENT ON COLUMN vobiz_sync.windows.duration IS 'stored sum of duration, seconds';
COMMENT ON COLUMN vobiz_sync.windows.debit IS 'stored sum of debits';
COMMENT ON COLUMN vobiz_sync.windows.credit IS 'stored sum of credits';
COMMENT ON COLUMN vobiz_sync.windows.rejects IS 'rows the API lists that could not be stored, see rejects';
COMMENT ON COLUMN vobiz_sync.windows.requests IS 'requests spent on the window so far';
COMMENT ON COLUMN vobiz_sync.windows.attempts IS 'reads since the last proof';
COMMENT ON COLUMN vobiz_sync.windows.read_at IS 'last time the API''s answer was looked at';
COMMENT ON COLUMN vobiz_sync.windows.walked_at IS 'last time it was read to the last page';
COMMENT ON COLUMN vobiz_sync.windows.proven_at IS 'when the present proof was made';
COMMENT ON COLUMN vobiz_sync.windows.doubted_total IS 'a shrunken total that a second read has to confirm before rows are marked removed';
COMMENT ON COLUMN vobiz_sync.windows.doubted_at IS 'when that total was first read';
COMMENT ON COLUMN vobiz_sync.windows.last_error IS 'why the last read did not end in a proof';
CREATE INDEX windows_unproven ON vobiz_sync.windows (partner_id, stream, day) WHERE state <> 'proven';

CREATE TABLE vobiz_sync.streams (
  partner_id           text NOT NULL,
  stream               text NOT NULL,
  state                text NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'ok', 'mismatch', 'failing', 'forbidden', 'unauthorized')),
  start_date           date,
  synced_through       date,
  last_attempt_at      timestamptz,
  last_success_at      timestamptz,
  next_due_at          timestamptz,
  consecutive_failures integer NOT NULL DEFAULT 0,
  last_error           text,
  PRIMARY KEY (partner_id, stream)
);
COMMENT ON TABLE vobiz_sync.streams IS 'one row per stream: where it stands';
COMMENT ON COLUMN vobiz_sync.streams.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_sync.streams.stream IS 'name of the stream';
COMMENT ON COLUMN vobiz_sync.streams.state IS 'how the last cycle ended';
COMMENT ON COLUMN vobiz_sync.streams.start_date IS 'first UTC day mirrored; null for streams without days';
COMMENT ON COLUMN vobiz_sync.streams.synced_through IS 'the cursor: newest day up to which every window since start_date is proven';
COMMENT ON COLUMN vobiz_sync.streams.last_attempt_at IS 'start of the last cycle';
COMMENT ON COLUMN vobiz_sync.streams.last_success_at IS 'end of the last cycle that went well';
COMMENT ON COLUMN vobiz_sync.streams.next_due_at IS 'when the next cycle starts';
COMMENT ON COLUMN vobiz_sync.streams.consecutive_failures IS 'cycles that failed in a row';
COMMENT ON COLUMN vobiz_sync.streams.last_error IS 'why the last failed cycle failed; null after a good one';

CREATE TABLE vobiz_sync.runs (
  id          bigint GENERATED ALWAYS AS IDENTITY,
  partner_id  text NOT NULL,
  stream      text NOT NULL,
  command     text NOT NULL,
  started_at  timestamptz NOT NULL,
  finished_at timestamptz NOT NULL,
  outcome     text NOT NULL CHECK (outcome IN ('ok', 'mismatch', 'failed', 'forbidden', 'unauthorized', 'cancelled')),
  windows     integer NOT NULL DEFAULT 0,
  proven      integer NOT NULL DEFAULT 0,
  requests    bigint NOT NULL DEFAULT 0,
  retries     bigint NOT NULL DEFAULT 0,
  bytes       bigint NOT NULL DEFAULT 0,
  rows_read   bigint NOT NULL DEFAULT 0,
  inserted    bigint NOT NULL DEFAULT 0,
  updated     bigint NOT NULL DEFAULT 0,
  unchanged   bigint NOT NULL DEFAULT 0,
  removed     bigint NOT NULL DEFAULT 0,
  rejected    bigint NOT NULL DEFAULT 0,
  error       text,
  PRIMARY KEY (id)
);
COMMENT ON TABLE vobiz_sync.runs IS 'one row per cycle of a stream, with what it read and wrote';
COMMENT ON COLUMN vobiz_sync.runs.id IS 'running number, also in the log';
COMMENT ON COLUMN vobiz_sync.runs.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_sync.runs.stream IS 'name of the stream';
COMMENT ON COLUMN vobiz_sync.runs.command IS 'what started the cycle: run, sync, backfill';
COMMENT ON COLUMN vobiz_sync.runs.started_at IS 'start of the cycle';
COMMENT ON COLUMN vobiz_sync.runs.finished_at IS 'end of the cycle';
COMMENT ON COLUMN vobiz_sync.runs.outcome IS 'how it ended';
COMMENT ON COLUMN vobiz_sync.runs.windows IS 'windows read';
COMMENT ON COLUMN vobiz_sync.runs.proven IS 'windows that ended proven';
COMMENT ON COLUMN vobiz_sync.runs.requests IS 'HTTP requests sent, retries included';
COMMENT ON COLUMN vobiz_sync.runs.retries IS 'of these, repeated ones';
COMMENT ON COLUMN vobiz_sync.runs.bytes IS 'bytes of response bodies as received';
COMMENT ON COLUMN vobiz_sync.runs.rows_read IS 'rows the API listed';
COMMENT ON COLUMN vobiz_sync.runs.inserted IS 'rows new in the mirror';
COMMENT ON COLUMN vobiz_sync.runs.updated IS 'rows changed in the mirror';
COMMENT ON COLUMN vobiz_sync.runs.unchanged IS 'rows that were already stored as they are';
COMMENT ON COLUMN vobiz_sync.runs.removed IS 'rows marked as no longer listed';
COMMENT ON COLUMN vobiz_sync.runs.rejected IS 'rows that could not be stored';
COMMENT ON COLUMN vobiz_sync.runs.error IS 'why it failed';
CREATE INDEX runs_stream ON vobiz_sync.runs (partner_id, stream, id DESC);
CREATE INDEX runs_started ON vobiz_sync.runs (started_at);

CREATE TABLE vobiz_sync.rejects (
  id            bigint GENERATED ALWAYS AS IDENTITY,
  partner_id    text NOT NULL,
  stream        text NOT NULL,
  scope         text NOT NULL,
  window_day    date NOT NULL,
  reason        text NOT NULL,
  payload       jsonb,
  digest        text NOT NULL,
  times_seen    bigint NOT NULL DEFAULT 1,
  first_seen_at timestamptz NOT NULL DEFAULT now(),
  last_seen_at  timestamptz NOT NULL DEFAULT now(),
  resolved_at   timestamptz,
  PRIMARY KEY (id),
  UNIQUE (partner_id, stream, scope, window_day, digest)
);
COMMENT ON TABLE vobiz_sync.rejects IS 'rows of the API that could not be stored, with the reason; they count towards their window''s total';
COMMENT ON COLUMN vobiz_sync.rejects.id IS 'running number';
COMMENT ON COLUMN vobiz_sync.rejects.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_sync.rejects.stream IS 'name of the stream';
COMMENT ON COLUMN vobiz_sync.rejects.scope IS '* or the customer''s auth_id';
COMMENT ON COLUMN vobiz_sync.rejects.window_day IS 'UTC day under which the row was listed; the day of reading for streams without days';
COMMENT ON COLUMN vobiz_sync.rejects.reason IS 'why the row could not be stored';
COMMENT ON COLUMN vobiz_sync.rejects.payload IS 'the row as the API sent it, secrets removed';
COMMENT ON COLUMN vobiz_sync.rejects.digest IS 'hash of the payload: the same row is one reject however often it is read';
COMMENT ON COLUMN vobiz_sync.rejects.times_seen IS 'in how many reads it was met, counted at most once an hour';
COMMENT ON COLUMN vobiz_sync.rejects.first_seen_at IS 'first time it was met';
COMMENT ON COLUMN vobiz_sync.rejects.last_seen_at IS 'last time it was counted';
COMMENT ON COLUMN vobiz_sync.rejects.resolved_at IS 'when a complete read no longer met it; null while it stands';

CREATE TABLE vobiz_sync.unknown_fields (
  partner_id    text NOT NULL,
  stream        text NOT NULL,
  field         text NOT NULL,
  first_seen_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (partner_id, stream, field)
);
COMMENT ON TABLE vobiz_sync.unknown_fields IS 'members of API rows that no column names yet; their values are in the rows'' extra';
COMMENT ON COLUMN vobiz_sync.unknown_fields.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_sync.unknown_fields.stream IS 'name of the stream';
COMMENT ON COLUMN vobiz_sync.unknown_fields.field IS 'name of the member, a.b inside objects';
COMMENT ON COLUMN vobiz_sync.unknown_fields.first_seen_at IS 'when it was first met';

CREATE TABLE vobiz_sync.leases (
  partner_id  text NOT NULL,
  stream      text NOT NULL,
  holder      text NOT NULL,
  fence       bigint NOT NULL,
  acquired_at timestamptz NOT NULL,
  expires_at  timestamptz NOT NULL,
  PRIMARY KEY (partner_id, stream)
);
COMMENT ON TABLE vobiz_sync.leases IS 'which daemon works on which stream';
COMMENT ON COLUMN vobiz_sync.leases.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_sync.leases.stream IS 'name of the stream';
COMMENT ON COLUMN vobiz_sync.leases.holder IS 'the daemon that works on the stream';
COMMENT ON COLUMN vobiz_sync.leases.fence IS 'grows with every change of holder; a commit with an older one is refused';
COMMENT ON COLUMN vobiz_sync.leases.acquired_at IS 'when the holder got it';
COMMENT ON COLUMN vobiz_sync.leases.expires_at IS 'by the database''s clock; renewed while the holder lives';

-- Partitions of vobiz.cdrs for every month that [first, last] touches. A definer's function: whoever owns
-- the tables lends this one right to the daemon's role. Rows that wait in the default partition move into
-- their month. Returns how many partitions it made.
CREATE FUNCTION vobiz_sync.ensure_cdr_partitions(first date, last date) RETURNS integer
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  month date := date_trunc('month', first)::date;
  name text;
  parts regnamespace := 'vobiz_part';
  made integer := 0;
  lower_bound timestamptz;
  upper_bound timestamptz;
BEGIN
  WHILE month <= last LOOP
    name := 'cdrs_' || to_char(month, 'YYYY_MM');
    IF NOT EXISTS (SELECT FROM pg_class WHERE relnamespace = parts AND relname = name) THEN
      -- Two daemons may come here at once: the second waits and finds the table made. It looks into the table
      -- of tables itself: to_regclass() would remember from before the wait that there is none.
      PERFORM pg_advisory_xact_lock(hashtextextended('vobiz_part.' || name, 0));
      IF NOT EXISTS (SELECT FROM pg_class WHERE relnamespace = parts AND relname = name) THEN
        lower_bound := month::timestamp AT TIME ZONE 'UTC';
        upper_bound := (month + interval '1 month')::timestamp AT TIME ZONE 'UTC';
        EXECUTE format('CREATE TABLE vobiz_part.%I (LIKE vobiz.cdrs INCLUDING ALL)', name);
        EXECUTE format(
          'WITH moved AS (DELETE FROM vobiz_part.cdrs_default
             WHERE start_time >= %L AND start_time < %L RETURNING *)
           INSERT INTO vobiz_part.%I SELECT * FROM moved', lower_bound, upper_bound, name);
        EXECUTE format('ALTER TABLE vobiz.cdrs ATTACH PARTITION vobiz_part.%I FOR VALUES FROM (%L) TO (%L)',
          name, lower_bound, upper_bound);
        EXECUTE format('COMMENT ON TABLE vobiz_part.%I IS %L', name,
          'calls that started in ' || to_char(month, 'YYYY-MM') || ' (UTC); query vobiz.cdrs instead');
        made := made + 1;
      END IF;
    END IF;
    month := (month + interval '1 month')::date;
  END LOOP;
  RETURN made;
END
$$;
COMMENT ON FUNCTION vobiz_sync.ensure_cdr_partitions(date, date) IS 'makes the monthly partitions of vobiz.cdrs for a span of days';
REVOKE ALL ON FUNCTION vobiz_sync.ensure_cdr_partitions(date, date) FROM PUBLIC;
