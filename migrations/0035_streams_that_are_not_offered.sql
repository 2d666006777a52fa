-- A stream that the API does not offer is neither failing nor fresh.
ALTER TABLE vobiz_sync.streams DROP CONSTRAINT streams_state_check;
ALTER TABLE vobiz_sync.streams ADD CONSTRAINT streams_state_check
  CHECK (state IN ('new', 'ok', 'mismatch', 'failing', 'forbidden', 'unauthorized', 'unavailable'));
ALTER TABLE vobiz_sync.runs DROP CONSTRAINT runs_outcome_check;
ALTER TABLE vobiz_sync.runs ADD CONSTRAINT runs_outcome_check
  CHECK (outcome IN ('ok', 'mismatch', 'failed', 'forbidden', 'unauthorized', 'cancelled', 'unavailable'));
COMMENT ON COLUMN vobiz_sync.streams.state IS
  'how the last cycle ended; unavailable: the API has no such endpoint, which is asked for daily';
