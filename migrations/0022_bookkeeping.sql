-- replaces: 1-17 ef3d4c7423f7a39848b2b272dd8a962ff45043eb9c5688305dc40bc427534c3b
-- What was read when, what is proven complete, what went wrong, and who works on it.
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
  queued_at     timestamptz,
  PRIMARY KEY (partner_id, stream, scope, day)
);
COMMENT ON TABLE vobiz_sync.windows IS
  'one row per day and stream: what the API said, what is stored, and whether that is proven complete';
COMMENT ON COLUMN vobiz_sync.windows.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_sync.windows.stream IS
  'transactions, cdrs, analytics; accounts and numbers under the day of their reading';
COMMENT ON COLUMN vobiz_sync.windows.scope IS '* for the global endpoint, otherwise the customer''s auth_id';
COMMENT ON COLUMN vobiz_sync.windows.day IS 'UTC day';
COMMENT ON COLUMN vobiz_sync.windows.state IS
  'pending: waits for backfill; open: the day is not over, or not read to a proof yet; proven: complete by the '
  'API''s own totals; mismatch: read, and not equal to the API''s totals; forbidden: the API refuses it';
COMMENT ON COLUMN vobiz_sync.windows.proof IS
  'what the proof rests on: count and sums, count alone, or the read to the last page alone';
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
COMMENT ON COLUMN vobiz_sync.windows.doubted_total IS
  'a shrunken total that a second read has to confirm before rows are marked removed';
COMMENT ON COLUMN vobiz_sync.windows.doubted_at IS 'when that total was first read';
COMMENT ON COLUMN vobiz_sync.windows.last_error IS 'why the last read did not end in a proof';
COMMENT ON COLUMN vobiz_sync.windows.queued_at IS
  'when somebody asked to read the window again in full (backfill); null when it is not in the queue';
CREATE INDEX windows_unproven ON vobiz_sync.windows (partner_id, stream, day) WHERE state <> 'proven';
CREATE INDEX windows_queue ON vobiz_sync.windows (partner_id, stream, day)
  WHERE queued_at IS NOT NULL OR state = 'pending';

CREATE TABLE vobiz_sync.streams (
  partner_id           text NOT NULL,
  stream               text NOT NULL,
  state                text NOT NULL DEFAULT 'new'
    CHECK (state IN ('new', 'ok', 'mismatch', 'failing', 'forbidden', 'unauthorized')),
  start_date           date,
  synced_through       date,
  last_attempt_at      timestamptz,
  last_success_at      timestamptz,
  next_due_at          timestamptz,
  consecutive_failures integer NOT NULL DEFAULT 0,
  last_error           text,
  repaired_at          timestamptz,
  keep_from            date,
  PRIMARY KEY (partner_id, stream)
);
COMMENT ON TABLE vobiz_sync.streams IS 'one row per stream: where it stands';
COMMENT ON COLUMN vobiz_sync.streams.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_sync.streams.stream IS 'name of the stream';
COMMENT ON COLUMN vobiz_sync.streams.state IS 'how the last cycle ended';
COMMENT ON COLUMN vobiz_sync.streams.start_date IS 'first UTC day mirrored; null for streams without days';
COMMENT ON COLUMN vobiz_sync.streams.synced_through IS
  'the cursor: newest day up to which every window since start_date is proven';
COMMENT ON COLUMN vobiz_sync.streams.last_attempt_at IS 'start of the last cycle';
COMMENT ON COLUMN vobiz_sync.streams.last_success_at IS 'end of the last cycle that went well';
COMMENT ON COLUMN vobiz_sync.streams.next_due_at IS 'when the next cycle starts';
COMMENT ON COLUMN vobiz_sync.streams.consecutive_failures IS 'cycles that failed in a row';
COMMENT ON COLUMN vobiz_sync.streams.last_error IS 'why the last failed cycle failed; null after a good one';
COMMENT ON COLUMN vobiz_sync.streams.repaired_at IS
  'when rows that others mention but no list holds were last looked for';
COMMENT ON COLUMN vobiz_sync.streams.keep_from IS
  'retention: rows older than this day are no longer wanted; null: they are kept for ever';

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
-- Which polls a wallet was read by, as balance_roll asks each day: all runs were read for it.
CREATE INDEX runs_finished ON vobiz_sync.runs (partner_id, stream, finished_at);

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
COMMENT ON TABLE vobiz_sync.rejects IS
  'rows of the API that could not be stored, with the reason; they count towards their window''s total';
COMMENT ON COLUMN vobiz_sync.rejects.id IS 'running number';
COMMENT ON COLUMN vobiz_sync.rejects.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_sync.rejects.stream IS 'name of the stream';
COMMENT ON COLUMN vobiz_sync.rejects.scope IS '* or the customer''s auth_id';
COMMENT ON COLUMN vobiz_sync.rejects.window_day IS
  'UTC day under which the row was listed; the day of reading for streams without days';
COMMENT ON COLUMN vobiz_sync.rejects.reason IS 'why the row could not be stored';
COMMENT ON COLUMN vobiz_sync.rejects.payload IS 'the row as the API sent it, secrets removed';
COMMENT ON COLUMN vobiz_sync.rejects.digest IS
  'hash of the payload: the same row is one reject however often it is read';
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
COMMENT ON TABLE vobiz_sync.unknown_fields IS
  'members of API rows that no column names yet; their values are in the rows'' extra';
COMMENT ON COLUMN vobiz_sync.unknown_fields.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_sync.unknown_fields.stream IS 'name of the stream';
COMMENT ON COLUMN vobiz_sync.unknown_fields.field IS 'name of the member, a.b inside objects';
COMMENT ON COLUMN vobiz_sync.unknown_fields.first_seen_at IS 'when it was first met';

CREATE TABLE vobiz_sync.leases (
  partner_id    text NOT NULL,
  stream        text NOT NULL,
  holder        text NOT NULL,
  fence         bigint NOT NULL,
  acquired_at   timestamptz NOT NULL,
  expires_at    timestamptz NOT NULL,
  claimed_by    text,
  claimed_until timestamptz,
  PRIMARY KEY (partner_id, stream)
);
COMMENT ON TABLE vobiz_sync.leases IS 'which daemon works on which stream';
COMMENT ON COLUMN vobiz_sync.leases.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_sync.leases.stream IS 'name of the stream';
COMMENT ON COLUMN vobiz_sync.leases.holder IS 'the daemon that works on the stream';
COMMENT ON COLUMN vobiz_sync.leases.fence IS 'grows with every change of holder; a commit with an older one is refused';
COMMENT ON COLUMN vobiz_sync.leases.acquired_at IS 'when the holder got it';
COMMENT ON COLUMN vobiz_sync.leases.expires_at IS 'by the database''s clock; renewed while the holder lives';
COMMENT ON COLUMN vobiz_sync.leases.claimed_by IS 'a daemon with fewer streams that asks the holder for this one';
COMMENT ON COLUMN vobiz_sync.leases.claimed_until IS 'the claim lapses then, by the database''s clock';
-- The fence is part of a key so that taking a lease (another fence) waits for commits that hold it FOR KEY
-- SHARE, while renewing it (the same fence) neither waits for them nor makes them wait.
CREATE UNIQUE INDEX leases_fence ON vobiz_sync.leases (partner_id, stream, fence);

CREATE TABLE vobiz_sync.spans (
  partner_id text NOT NULL,
  stream     text NOT NULL,
  scope      text NOT NULL,
  first_day  date NOT NULL,
  last_day   date NOT NULL,
  checked_at timestamptz NOT NULL,
  agrees     boolean NOT NULL,
  api_total  bigint,
  stored     bigint NOT NULL,
  found      bigint NOT NULL,
  PRIMARY KEY (partner_id, stream, scope, first_day, last_day)
);
COMMENT ON TABLE vobiz_sync.spans IS
  'checks of spans longer than a day against the sum of their days, since single days are not trusted to tile';
COMMENT ON COLUMN vobiz_sync.spans.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_sync.spans.stream IS 'name of the stream';
COMMENT ON COLUMN vobiz_sync.spans.scope IS '* for the global endpoint, otherwise the customer''s auth_id';
COMMENT ON COLUMN vobiz_sync.spans.first_day IS 'first UTC day of the span';
COMMENT ON COLUMN vobiz_sync.spans.last_day IS 'last UTC day of the span';
COMMENT ON COLUMN vobiz_sync.spans.checked_at IS 'when the span was last asked for';
COMMENT ON COLUMN vobiz_sync.spans.agrees IS 'whether count and sums of the span equal what is stored of it';
COMMENT ON COLUMN vobiz_sync.spans.api_total IS 'rows the API counts in the span';
COMMENT ON COLUMN vobiz_sync.spans.stored IS 'rows stored of the span, those found by spans and rejects included';
COMMENT ON COLUMN vobiz_sync.spans.found IS 'rows that the last check brought to light';

CREATE TABLE vobiz_sync.repairs (
  partner_id    text NOT NULL,
  kind          text NOT NULL CHECK (kind IN ('cdr', 'account')),
  key           text NOT NULL,
  account_id    text,
  state         text NOT NULL CHECK (state IN ('missing', 'stored')),
  attempts      integer NOT NULL DEFAULT 1,
  first_tried_at timestamptz NOT NULL DEFAULT now(),
  last_tried_at timestamptz NOT NULL DEFAULT now(),
  last_error    text,
  PRIMARY KEY (partner_id, kind, key)
);
COMMENT ON TABLE vobiz_sync.repairs IS 'rows that others mention but no list holds, asked for by their id';
COMMENT ON COLUMN vobiz_sync.repairs.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_sync.repairs.kind IS
  'cdr: a call the ledger charges for; account: a customer that rows mention';
COMMENT ON COLUMN vobiz_sync.repairs.key IS 'the call''s uuid or the customer''s auth_id';
COMMENT ON COLUMN vobiz_sync.repairs.account_id IS 'auth_id of the customer of the call';
COMMENT ON COLUMN vobiz_sync.repairs.state IS 'missing: the API does not know it (404); stored: found and stored';
COMMENT ON COLUMN vobiz_sync.repairs.attempts IS
  'how often it was asked for; the pauses between grow, and it is given up after five';
COMMENT ON COLUMN vobiz_sync.repairs.first_tried_at IS 'when it was first asked for';
COMMENT ON COLUMN vobiz_sync.repairs.last_tried_at IS 'when it was last asked for';
COMMENT ON COLUMN vobiz_sync.repairs.last_error IS 'what the API answered the last time';

CREATE TABLE vobiz_sync.retention (
  month        date PRIMARY KEY,
  rows         bigint NOT NULL,
  announced_at timestamptz NOT NULL DEFAULT now(),
  drop_after   timestamptz NOT NULL,
  held_by      text,
  dropped_at   timestamptz
);
COMMENT ON TABLE vobiz_sync.retention IS
  'months of vobiz.cdrs that are too old to be kept: announced first, then dropped, oldest first';
COMMENT ON COLUMN vobiz_sync.retention.month IS 'first UTC day of the month';
COMMENT ON COLUMN vobiz_sync.retention.rows IS 'calls in its partition, when it was announced or dropped';
COMMENT ON COLUMN vobiz_sync.retention.announced_at IS 'when it was found too old';
COMMENT ON COLUMN vobiz_sync.retention.drop_after IS 'it is not dropped before';
COMMENT ON COLUMN vobiz_sync.retention.held_by IS 'why it is not dropped although it is time; null: nothing holds it';
COMMENT ON COLUMN vobiz_sync.retention.dropped_at IS 'when it was dropped; null: it is still there';
