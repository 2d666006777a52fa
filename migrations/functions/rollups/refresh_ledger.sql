-- As refresh_calls, for the ledger.
CREATE OR REPLACE FUNCTION vobiz_sync.refresh_ledger(
  partners text[], accounts text[], starts timestamptz[], ends timestamptz[])
  RETURNS TABLE (partner_id text, account_id text, sums bigint)
  LANGUAGE plpgsql SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
  SET jit = off SET work_mem = '64MB' SET plan_cache_mode = force_custom_plan SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  WITH k AS MATERIALIZED (
    SELECT * FROM unnest(partners, accounts, starts, ends) AS u(partner_id, account_id, from_at, to_at)
  ), found AS MATERIALIZED (
    SELECT t.partner_id, t.account_id, t.created_at, t.processed_at, t.window_day, t.currency, t.type,
      t.reference_type, t.status, t.amount, t.first_seen_at
    FROM k CROSS JOIN LATERAL (
      SELECT * FROM vobiz.transactions t
      WHERE t.account_id = k.account_id AND t.created_at >= k.from_at AND t.created_at < k.to_at
        AND t.partner_id = k.partner_id AND t.removed_at IS NULL) t
    UNION ALL
    SELECT t.partner_id, t.account_id, t.created_at, t.processed_at, t.window_day, t.currency, t.type,
      t.reference_type, t.status, t.amount, t.first_seen_at
    FROM k CROSS JOIN LATERAL (
      SELECT * FROM vobiz.transactions t
      WHERE t.account_id = k.account_id AND t.created_at IS NULL
        AND vobiz_sync.entry_time(NULL, t.processed_at, t.window_day) >= k.from_at
        AND vobiz_sync.entry_time(NULL, t.processed_at, t.window_day) < k.to_at
        AND t.partner_id = k.partner_id AND t.removed_at IS NULL) t
  ), entries AS MATERIALIZED (
    SELECT e.partner_id, e.account_id,
      vobiz_sync.bucket_of(vobiz_sync.entry_time(e.created_at, e.processed_at, e.window_day)) AS bucket_start,
      coalesce(e.currency, '') AS currency, e.type, coalesce(e.reference_type, '') AS reference_type,
      coalesce(e.status, '') AS status, e.amount, vobiz.is_credit(e.type) AS is_credit, e.first_seen_at
    FROM found e
  ), fresh AS MATERIALIZED (
    SELECT e.partner_id, e.account_id, e.bucket_start, e.currency, e.type, e.reference_type, e.status,
      count(*) AS entries, sum(e.amount) AS amount,
      coalesce(sum(e.amount) FILTER (WHERE e.is_credit), 0) AS credit,
      coalesce(sum(e.amount) FILTER (WHERE NOT e.is_credit), 0) AS debit,
      min(e.first_seen_at) AS first_seen_from, max(e.first_seen_at) AS first_seen_to
    FROM entries e
    GROUP BY 1, 2, 3, 4, 5, 6, 7
  ), stored AS MATERIALIZED (
    SELECT t.* FROM k JOIN vobiz.ledger_buckets t USING (partner_id, account_id)
    WHERE t.bucket_start >= k.from_at AND t.bucket_start < k.to_at
  ), new_sums AS MATERIALIZED (
    SELECT * FROM fresh EXCEPT SELECT * FROM stored
  ), old_sums AS MATERIALIZED (
    SELECT * FROM stored EXCEPT SELECT * FROM fresh
  ), emptied AS (
    DELETE FROM vobiz.ledger_buckets t USING (
      SELECT {{ledger_bucket_key}} FROM old_sums EXCEPT SELECT {{ledger_bucket_key}} FROM new_sums) e
    WHERE ({{ledger_bucket_key, t.@name}}) = ({{ledger_bucket_key, e.@name}})
    RETURNING t.partner_id, t.account_id
  ), written AS (
    INSERT INTO vobiz.ledger_buckets SELECT * FROM new_sums
    ON CONFLICT ({{ledger_bucket_key}}) DO UPDATE SET
      {{ledger_measures, @name = excluded.@name}}
  )
  SELECT d.partner_id, d.account_id, count(*)
  FROM (
    SELECT partner_id, account_id FROM new_sums
    UNION ALL SELECT partner_id, account_id FROM emptied) d
  GROUP BY 1, 2;
END
$$;
COMMENT ON FUNCTION vobiz_sync.refresh_ledger IS
  'makes the rollups of the ledger for these (partner, customer, span) what the rows add up to; returns what differed';
REVOKE ALL ON FUNCTION vobiz_sync.refresh_ledger FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vobiz_sync.refresh_ledger TO vobiz_writer;
