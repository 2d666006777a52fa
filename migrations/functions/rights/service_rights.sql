-- What the service does with each table, and no more: what is history (money, judgements, schema) is only added to, and
-- what is not named here is only read. A stream's table follows from its declaration.
CREATE OR REPLACE FUNCTION vobiz_sync.service_rights() RETURNS TABLE (relation regclass, rights text)
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT c.oid::regclass, CASE
      WHEN d.is_history THEN 'SELECT, INSERT'
      WHEN d.table_name IS NOT NULL THEN 'SELECT, INSERT, UPDATE'
      ELSE coalesce(s.rights, 'SELECT') END
  FROM pg_class c
  LEFT JOIN (
    SELECT d.table_name, bool_and(d.is_history) AS is_history FROM vobiz_sync.declared_columns() d GROUP BY 1) d
    ON c.relnamespace = 'vobiz'::regnamespace AND c.relkind IN ('r', 'p') AND d.table_name = c.relname
  LEFT JOIN (VALUES
    ('vobiz.adjustments', 'SELECT, INSERT'),
    ('vobiz.settings', 'SELECT, UPDATE (timezone, settle)'),
    ('vobiz.periods', 'SELECT, INSERT, UPDATE (state, issue, run_id, frozen_at, changed_at, changed_by, note,
      history)'),
    ('vobiz.issued_statements', 'SELECT, INSERT'),
    ('vobiz.issued_lines', 'SELECT, INSERT'),
    ('vobiz.usage_buckets', 'SELECT, INSERT, UPDATE, DELETE'),
    ('vobiz.hangup_buckets', 'SELECT, INSERT, UPDATE, DELETE'),
    ('vobiz.ledger_buckets', 'SELECT, INSERT, UPDATE, DELETE'),
    ('vobiz.reconciliation_runs', 'SELECT, INSERT, UPDATE (finished_at)'),
    ('vobiz.reconciliation_results', 'SELECT, INSERT'),
    -- vobiz.keep_break_history lets the history only grow.
    ('vobiz.reconciliation_breaks', 'SELECT, INSERT, UPDATE (expected, actual, difference, tolerance, minor_unit,
      reason, state, note, accepted_by, accepted_at, healed_at, last_seen_at, last_run_id, rule_version, history)'),
    ('vobiz.reconciliation_frozen', 'SELECT, INSERT'),
    ('vobiz.minor_units', 'SELECT, INSERT, UPDATE (unit, seen_at)'),
    -- By triggers on the tables that they are the history of.
    ('vobiz.price_lists', 'SELECT, INSERT'),
    ('vobiz.customer_terms', 'SELECT, INSERT'),
    ('vobiz.partner_balances', 'SELECT, INSERT'),
    ('vobiz.wholesale_rates', 'SELECT, INSERT, UPDATE (valid_to), DELETE'),
    ('vobiz.alerts', 'SELECT, INSERT, UPDATE (value, threshold, usual, last_seen_at, ended_at)'),
    ('vobiz_sync.usage_days', 'SELECT, INSERT, UPDATE, DELETE'),
    ('vobiz_sync.usage_hours', 'SELECT, INSERT, UPDATE, DELETE'),
    ('vobiz_sync.hangup_days', 'SELECT, INSERT, UPDATE, DELETE'),
    ('vobiz_sync.ledger_days', 'SELECT, INSERT, UPDATE, DELETE'),
    ('vobiz_sync.concurrency_days', 'SELECT, INSERT, UPDATE, DELETE'),
    ('vobiz_sync.concurrency_hours', 'SELECT, INSERT, DELETE'),
    ('vobiz_sync.rollup_marks', 'SELECT, INSERT, DELETE'),
    ('vobiz_sync.stray_days', 'SELECT, INSERT'),
    ('vobiz_sync.latest_judgements', 'SELECT, INSERT, UPDATE'),
    ('vobiz_sync.windows', 'SELECT, INSERT, UPDATE, DELETE'),
    ('vobiz_sync.streams', 'SELECT, INSERT, UPDATE'),
    ('vobiz_sync.customer_looks', 'SELECT, INSERT, UPDATE, DELETE'),
    ('vobiz_sync.witnesses', 'SELECT, INSERT, UPDATE'),
    ('vobiz_sync.witness_days', 'SELECT, INSERT, UPDATE'),
    ('vobiz_sync.runs', 'SELECT, INSERT, DELETE'),
    ('vobiz_sync.rejects', 'SELECT, INSERT, UPDATE (reason, times_seen, last_seen_at, resolved_at)'),
    ('vobiz_sync.unknown_fields', 'SELECT, INSERT'),
    ('vobiz_sync.leases', 'SELECT, INSERT, UPDATE'),
    ('vobiz_sync.spans', 'SELECT, INSERT, UPDATE, DELETE'),
    ('vobiz_sync.repairs', 'SELECT, INSERT, UPDATE'),
    ('vobiz_sync.refusals', 'SELECT, INSERT, UPDATE, DELETE')) s(name, rights)
    ON s.name = c.relnamespace::regnamespace || '.' || c.relname
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
    AND (c.relnamespace IN ('vobiz'::regnamespace, 'vobiz_sync'::regnamespace, 'vobiz_bi'::regnamespace)
      OR c.oid = 'vobiz_part.cdrs_default'::regclass)
$$;
COMMENT ON FUNCTION vobiz_sync.service_rights IS 'what vobiz_writer may do with each table and view';
