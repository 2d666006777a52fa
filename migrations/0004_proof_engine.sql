-- What the proof engine keeps besides the windows (design.md §2): rows that no single day lists, the backfill
-- queue, checks of longer spans, and repairs by id.

-- A ledger row stamped 23:59:59.806790 can be missing from its own day's answer and from the next day's
-- (partner-api.md, "Days may not tile"); a hidden call is only found by its id. Such rows belong to their
-- day but not to its window: the window's count is the API's count of what that day lists.
ALTER TABLE vobiz.transactions ADD COLUMN found_by text CHECK (found_by IN ('span', 'id'));
COMMENT ON COLUMN vobiz.transactions.found_by IS 'null: the list of its day holds the entry; span: no single day does, only a longer span';
ALTER TABLE vobiz.cdrs ADD COLUMN found_by text CHECK (found_by IN ('span', 'id'));
COMMENT ON COLUMN vobiz.cdrs.found_by IS 'null: the list of its day holds the call; span: only the list of a longer span does; id: no list does, the API gave it when asked by uuid';
CREATE INDEX transactions_found ON vobiz.transactions (partner_id, window_day) WHERE found_by IS NOT NULL;
CREATE INDEX cdrs_found ON vobiz.cdrs (partner_id, window_day) WHERE found_by IS NOT NULL;

ALTER TABLE vobiz_sync.streams ADD COLUMN repaired_at timestamptz;
COMMENT ON COLUMN vobiz_sync.streams.repaired_at IS 'when rows that others mention but no list holds were last looked for';

ALTER TABLE vobiz_sync.windows ADD COLUMN queued_at timestamptz;
COMMENT ON COLUMN vobiz_sync.windows.queued_at IS 'when somebody asked to read the window again in full (backfill); null when it is not in the queue';
CREATE INDEX windows_queue ON vobiz_sync.windows (partner_id, stream, day)
  WHERE queued_at IS NOT NULL OR state = 'pending';

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
COMMENT ON TABLE vobiz_sync.spans IS 'checks of spans longer than a day against the sum of their days, since single days are not trusted to tile';
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
COMMENT ON COLUMN vobiz_sync.repairs.kind IS 'cdr: a call the ledger charges for; account: a customer that rows mention';
COMMENT ON COLUMN vobiz_sync.repairs.key IS 'the call''s uuid or the customer''s auth_id';
COMMENT ON COLUMN vobiz_sync.repairs.account_id IS 'auth_id of the customer of the call';
COMMENT ON COLUMN vobiz_sync.repairs.state IS 'missing: the API does not know it (404); stored: found and stored';
COMMENT ON COLUMN vobiz_sync.repairs.attempts IS 'how often it was asked for; the pauses between grow, and it is given up after five';
COMMENT ON COLUMN vobiz_sync.repairs.first_tried_at IS 'when it was first asked for';
COMMENT ON COLUMN vobiz_sync.repairs.last_tried_at IS 'when it was last asked for';
COMMENT ON COLUMN vobiz_sync.repairs.last_error IS 'what the API answered the last time';
