-- A span whose days do not add up to it is an outcome: what disagrees is found without a scan, and says where.
ALTER TABLE vobiz_sync.spans
  ALTER COLUMN agrees DROP NOT NULL,
  ADD COLUMN is_judged boolean NOT NULL DEFAULT true,
  ADD COLUMN difference text,
  ADD COLUMN differs_from date,
  ADD COLUMN differs_to date,
  ADD COLUMN searched_at timestamptz;
COMMENT ON COLUMN vobiz_sync.spans.agrees IS
  'whether count and sums of the span equal what is stored of it; null: never judged';
COMMENT ON COLUMN vobiz_sync.spans.is_judged IS
  'whether the last check gave a verdict; false: it reopened days of the span, and the verdict before stands';
COMMENT ON COLUMN vobiz_sync.spans.difference IS 'how the span disagrees, for people; null unless it does';
COMMENT ON COLUMN vobiz_sync.spans.differs_from IS
  'first day of the part in which the difference lies; null unless it disagrees';
COMMENT ON COLUMN vobiz_sync.spans.differs_to IS
  'last day of the part in which the difference lies; null unless it disagrees';
COMMENT ON COLUMN vobiz_sync.spans.searched_at IS
  'when the difference was last searched for; null unless it disagrees';
-- What an older program recorded as disagreeing could be a span that it could not judge: it is checked again.
UPDATE vobiz_sync.spans SET agrees = NULL, is_judged = false WHERE NOT agrees;
CREATE INDEX spans_disagreeing ON vobiz_sync.spans (partner_id, stream) WHERE NOT agrees;

-- Upkeep has runs of its own beside the polls.
ALTER TABLE vobiz_sync.streams
  ADD COLUMN upkeep_at timestamptz,
  ADD COLUMN upkeep_error text;
COMMENT ON COLUMN vobiz_sync.streams.upkeep_at IS
  'when upkeep (whole re-reads, probes, spans, repairs, retention) last did something or failed';
COMMENT ON COLUMN vobiz_sync.streams.upkeep_error IS 'why the last upkeep did not end well; null after a good one';
COMMENT ON COLUMN vobiz_sync.runs.command IS
  'what the run was of: run (a poll of the service), upkeep, backfill, or the command sync';
