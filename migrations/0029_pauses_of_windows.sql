-- A read that brings no answer has its own pause, for a window or for the whole list of a customer or partner.
ALTER TABLE vobiz_sync.windows
  ADD COLUMN next_try_at timestamptz,
  ADD COLUMN set_aside boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN vobiz_sync.windows.next_try_at IS
  'the service does not read the window before, since the last read failed; null: nothing is waited for';
COMMENT ON COLUMN vobiz_sync.windows.set_aside IS
  'the cursor passes it although it is not proven: other windows stand for it, or its customer left and is refused';
COMMENT ON COLUMN vobiz_sync.windows.attempts IS 'reads since the last proof, failed ones included';
-- A closed global list whose day is read through the customers.
UPDATE vobiz_sync.windows g SET set_aside = true
WHERE g.scope = '*' AND g.state <> 'proven' AND g.day IN (
  SELECT c.day FROM vobiz_sync.windows c
  WHERE (c.partner_id, c.stream) = (g.partner_id, g.stream) AND c.scope <> '*');

-- The first window that the cursor must not pass, and the first of the queue, without reading the others.
DROP INDEX vobiz_sync.windows_unproven;
CREATE INDEX windows_stopping ON vobiz_sync.windows (partner_id, stream, day)
  WHERE state <> 'proven' AND NOT set_aside;
DROP INDEX vobiz_sync.windows_queue;
CREATE INDEX windows_waiting ON vobiz_sync.windows (partner_id, stream, day DESC, scope)
  WHERE queued_at IS NOT NULL OR state = 'pending';
-- Windows that need a statement of their own when the global list answers or the customer returns.
CREATE INDEX windows_set_aside ON vobiz_sync.windows (partner_id, stream, scope) WHERE set_aside;

CREATE TABLE vobiz_sync.refusals (
  partner_id    text NOT NULL,
  stream        text NOT NULL,
  scope         text NOT NULL,
  refused_since timestamptz NOT NULL DEFAULT now(),
  attempts      integer NOT NULL DEFAULT 1,
  next_try_at   timestamptz NOT NULL,
  fallen_back   boolean NOT NULL DEFAULT false,
  last_error    text NOT NULL,
  PRIMARY KEY (partner_id, stream, scope)
);
COMMENT ON TABLE vobiz_sync.refusals IS
  'lists that the API does not give while it gives others: a customer''s, or the global one; gone with the next answer';
COMMENT ON COLUMN vobiz_sync.refusals.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_sync.refusals.stream IS 'name of the stream';
COMMENT ON COLUMN vobiz_sync.refusals.scope IS '* for the global list, otherwise the customer''s auth_id';
COMMENT ON COLUMN vobiz_sync.refusals.refused_since IS 'when the list was first refused';
COMMENT ON COLUMN vobiz_sync.refusals.attempts IS 'how often it was asked for since';
COMMENT ON COLUMN vobiz_sync.refusals.next_try_at IS 'the service does not ask for it before';
COMMENT ON COLUMN vobiz_sync.refusals.fallen_back IS
  'of the global list: the lists of the customers are read instead';
COMMENT ON COLUMN vobiz_sync.refusals.last_error IS 'what the API answered the last time';
