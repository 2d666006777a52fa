-- A shrink is doubted by which rows are missed, not by how many are left; and a list may repeat rows for good.
ALTER TABLE vobiz_sync.windows ADD COLUMN doubted_keys text;
COMMENT ON COLUMN vobiz_sync.windows.doubted_keys IS
  'stands for the set of stored rows that a full read no longer listed: they are marked removed when a second full '
  'read, at least ten minutes later, misses the same ones';
COMMENT ON COLUMN vobiz_sync.windows.doubted_total IS 'rows that were listed when rows were missed';
COMMENT ON COLUMN vobiz_sync.windows.doubted_at IS 'when those rows were first missed';
ALTER TABLE vobiz_sync.windows DROP CONSTRAINT windows_proof_check;
ALTER TABLE vobiz_sync.windows ADD CONSTRAINT windows_proof_check
  CHECK (proof IN ('total+summary', 'total', 'walk', 'walk+repeats'));
COMMENT ON COLUMN vobiz_sync.windows.proof IS
  'what the proof rests on: count and sums, count alone, the read to the last page alone, or a count that two full '
  'reads explain by rows which the API lists twice';
