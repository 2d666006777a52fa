-- The rollups and stray_days are kept by the transaction that changes rows, no longer by triggers of vobiz.cdrs and
-- vobiz.transactions, which an older daemon would rely on. The triggers of the rollups go with their functions' files;
-- this function has none any more, and databases of before the first release do not know that it was ours.
DROP TRIGGER IF EXISTS note_stray_inserted ON vobiz.cdrs;
DROP TRIGGER IF EXISTS note_stray_updated ON vobiz.cdrs;
DROP FUNCTION IF EXISTS vobiz_sync.note_stray_days;
-- Nor does the default partition of the calls have a trigger: a merge leaves calls of dropped months out.
DROP TRIGGER IF EXISTS refuse_dropped_calls ON vobiz_part.cdrs_default;
DROP FUNCTION IF EXISTS vobiz_sync.refuse_dropped_calls;
