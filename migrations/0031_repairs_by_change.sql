-- Rows that others mention but no list holds are looked for among what has changed since the last look, and those that
-- are known to be missing are kept until they are found or given up.
ALTER TABLE vobiz_sync.streams
  ADD COLUMN looked_through timestamptz,
  ADD COLUMN looked_from    date;
COMMENT ON COLUMN vobiz_sync.streams.looked_through IS
  'rows that mention others were looked through as far as they had changed by then; null: never';
COMMENT ON COLUMN vobiz_sync.streams.looked_from IS 'the first day of the rows that were looked through';
COMMENT ON COLUMN vobiz_sync.repairs.attempts IS
  'how often it was asked for, 0 at first; the pauses between grow, and it is given up after five';
COMMENT ON COLUMN vobiz_sync.repairs.first_tried_at IS 'when it was first missed or asked for';
CREATE INDEX repairs_open ON vobiz_sync.repairs (partner_id, kind) WHERE state = 'missing' AND attempts < 5;

-- Rows lie in the order in which they were stored, so ranges of blocks tell what has changed since an hour, and cost
-- a load nothing. Without autosummarize a month's newest blocks would be read each time.
CREATE INDEX transactions_changed ON vobiz.transactions USING brin (changed_at) WITH (autosummarize = on);
CREATE INDEX cdrs_changed ON vobiz.cdrs USING brin (changed_at) WITH (autosummarize = on);
