-- What a reader of the tables needs to see that nobody reads a stream any more.
ALTER TABLE vobiz_sync.streams
  ADD COLUMN is_enabled boolean NOT NULL DEFAULT true,
  ADD COLUMN known_since timestamptz NOT NULL DEFAULT now(),
  ADD COLUMN stale_after interval;
COMMENT ON COLUMN vobiz_sync.streams.is_enabled IS
  'whether the configuration of the service has the stream; false: it is not read, and never stale';
COMMENT ON COLUMN vobiz_sync.streams.known_since IS 'when the row was made; it may wait for its first cycle since then';
COMMENT ON COLUMN vobiz_sync.streams.stale_after IS
  'age of the last good cycle above which the stream is stale, from the service''s configuration; null: no service '
  'has it, 26 hours count';
