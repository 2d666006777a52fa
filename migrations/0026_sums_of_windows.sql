-- The sums of a window by the name of their measure: a stream's measure needs no column any more. The columns
-- that were there stay as they are to read, made from the sums.

-- It named all columns, so that none could go.
DROP VIEW IF EXISTS vobiz_bi.completeness_calendar;

ALTER TABLE vobiz_sync.windows
  ADD COLUMN sums jsonb NOT NULL DEFAULT '{}',
  ADD COLUMN api_sums jsonb NOT NULL DEFAULT '{}';

UPDATE vobiz_sync.windows SET
  sums = jsonb_strip_nulls(jsonb_build_object('cost', cost, 'seconds', seconds, 'duration', duration, 'debit', debit,
    'credit', credit)),
  api_sums = jsonb_strip_nulls(jsonb_build_object('cost', api_cost, 'seconds', api_seconds, 'duration', api_duration,
    'debit', api_debit, 'credit', api_credit));

ALTER TABLE vobiz_sync.windows
  DROP COLUMN cost, DROP COLUMN seconds, DROP COLUMN duration, DROP COLUMN debit, DROP COLUMN credit,
  DROP COLUMN api_cost, DROP COLUMN api_seconds, DROP COLUMN api_duration, DROP COLUMN api_debit,
  DROP COLUMN api_credit;

ALTER TABLE vobiz_sync.windows
  ADD COLUMN api_cost numeric GENERATED ALWAYS AS ((api_sums ->> 'cost')::numeric) STORED,
  ADD COLUMN api_seconds numeric GENERATED ALWAYS AS ((api_sums ->> 'seconds')::numeric) STORED,
  ADD COLUMN api_duration numeric GENERATED ALWAYS AS ((api_sums ->> 'duration')::numeric) STORED,
  ADD COLUMN api_debit numeric GENERATED ALWAYS AS ((api_sums ->> 'debit')::numeric) STORED,
  ADD COLUMN api_credit numeric GENERATED ALWAYS AS ((api_sums ->> 'credit')::numeric) STORED,
  ADD COLUMN cost numeric GENERATED ALWAYS AS ((sums ->> 'cost')::numeric) STORED,
  ADD COLUMN seconds numeric GENERATED ALWAYS AS ((sums ->> 'seconds')::numeric) STORED,
  ADD COLUMN duration numeric GENERATED ALWAYS AS ((sums ->> 'duration')::numeric) STORED,
  ADD COLUMN debit numeric GENERATED ALWAYS AS ((sums ->> 'debit')::numeric) STORED,
  ADD COLUMN credit numeric GENERATED ALWAYS AS ((sums ->> 'credit')::numeric) STORED;

COMMENT ON COLUMN vobiz_sync.windows.api_cost IS 'the API''s sum of total_cost';
COMMENT ON COLUMN vobiz_sync.windows.api_seconds IS 'the API''s sum of billable seconds';
COMMENT ON COLUMN vobiz_sync.windows.api_duration IS 'the API''s sum of duration, seconds';
COMMENT ON COLUMN vobiz_sync.windows.api_debit IS 'the API''s sum of debits';
COMMENT ON COLUMN vobiz_sync.windows.api_credit IS 'the API''s sum of credits';
COMMENT ON COLUMN vobiz_sync.windows.cost IS 'stored sum of total_cost';
COMMENT ON COLUMN vobiz_sync.windows.seconds IS 'stored sum of billable seconds';
COMMENT ON COLUMN vobiz_sync.windows.duration IS 'stored sum of duration, seconds';
COMMENT ON COLUMN vobiz_sync.windows.debit IS 'stored sum of debits';
COMMENT ON COLUMN vobiz_sync.windows.credit IS 'stored sum of credits';
COMMENT ON COLUMN vobiz_sync.windows.sums IS 'what is stored adds up to, by the name of the measure';
COMMENT ON COLUMN vobiz_sync.windows.api_sums IS 'what the API''s summary says, by the name of the measure';
