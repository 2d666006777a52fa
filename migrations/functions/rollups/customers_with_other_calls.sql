-- The customers whose calls of a span are not what the rollups have of them. A reconciliation asks for each day, and of
-- most days nothing differs, so this makes no bucket: it adds up calls and buckets of the whole span, each multiplied
-- by a number that is its bucket's, so that a call that was moved to another bucket makes a difference. One statement,
-- so that it sees calls and rollups as one commit left them, and needs no lock.
CREATE OR REPLACE FUNCTION vobiz_sync.customers_with_other_calls(
  of_partner text, from_at timestamptz, to_at timestamptz)
  RETURNS SETOF text LANGUAGE plpgsql STABLE ROWS 10 SET enable_seqscan = off SET enable_hashjoin = off
  SET enable_mergejoin = off SET jit = off SET work_mem = '64MB' SET plan_cache_mode = force_custom_plan
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN QUERY
  WITH calls AS MATERIALIZED (
    SELECT c.account_id, c.call_direction, c.context, c.currency, c.hangup_cause,
      {{call_measures, sum(c.@name * c.weight) AS @name}}
    FROM (
      SELECT m.*, vobiz_sync.weight_of(m.bucket_start) AS weight FROM vobiz_sync.measured_calls m
      WHERE m.partner_id = of_partner AND m.start_time >= from_at AND m.start_time < to_at OFFSET 0) c
    GROUP BY 1, 2, 3, 4, 5
  ), usage AS (
    SELECT c.account_id, c.call_direction, c.context, c.currency, {{call_measures, c.@name}} FROM calls c
    UNION ALL
    SELECT b.account_id, b.call_direction, b.context, b.currency, {{call_measures, -sum(b.@name * b.weight)}}
    FROM (
      SELECT u.*, vobiz_sync.weight_of(u.bucket_start) AS weight FROM vobiz.usage_buckets u
      WHERE u.partner_id = of_partner AND u.hour > from_at - interval '1 hour' AND u.hour < to_at
        AND u.bucket_start >= from_at AND u.bucket_start < to_at OFFSET 0) b
    GROUP BY 1, 2, 3, 4
  ), hangups AS (
    SELECT c.account_id, c.call_direction, c.hangup_cause, {{hangup_measures, c.@name}} FROM calls c
    UNION ALL
    SELECT b.account_id, b.call_direction, b.hangup_cause, {{hangup_measures, -sum(b.@name * b.weight)}}
    FROM vobiz_sync.customers_with_sums() s CROSS JOIN LATERAL (
      SELECT h.*, vobiz_sync.weight_of(h.bucket_start) AS weight FROM vobiz.hangup_buckets h
      WHERE h.account_id = s AND h.partner_id = of_partner AND h.bucket_start >= from_at AND h.bucket_start < to_at
      OFFSET 0) b
    GROUP BY 1, 2, 3
  )
  SELECT u.account_id FROM usage u GROUP BY u.account_id, u.call_direction, u.context, u.currency
  HAVING greatest({{call_measures, abs(sum(u.@name))}}) <> 0
  UNION SELECT h.account_id FROM hangups h GROUP BY h.account_id, h.call_direction, h.hangup_cause
  HAVING greatest({{hangup_measures, abs(sum(h.@name))}}) <> 0;
END
$$;
COMMENT ON FUNCTION vobiz_sync.customers_with_other_calls IS
  'customers of whose calls in a span the rollups have other sums';
REVOKE ALL ON FUNCTION vobiz_sync.customers_with_other_calls FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vobiz_sync.customers_with_other_calls TO vobiz_writer;
