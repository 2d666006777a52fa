-- A drop that others are in the way of is tried again after a pause, and the other months go on meanwhile.
ALTER TABLE vobiz_sync.retention ADD COLUMN next_try timestamptz;
COMMENT ON COLUMN vobiz_sync.retention.next_try IS
  'a drop that something was in the way of, see held_by, is tried again then; null: nothing was';

-- Where the role or the database had a DateStyle of its own, windows were made of days that no list has.
DELETE FROM vobiz_sync.windows WHERE day > current_date + 2 OR day < date '1970-01-01';
