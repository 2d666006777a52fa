-- From the hours that are kept, and one sweep over the others.
CREATE OR REPLACE FUNCTION vobiz_sync.peak_concurrency(of_partner text, of_day date)
  RETURNS TABLE (account_id text, peak_calls bigint, peak_at timestamptz)
  LANGUAGE sql STABLE ROWS 50 SET jit = off SET search_path = pg_catalog, pg_temp
AS $$
  WITH edges AS MATERIALIZED (
    SELECT vobiz.billing_day_start(of_day) AS from_time, vobiz.billing_day_start(of_day + 1) AS to_time
  ), kept AS MATERIALIZED (
    SELECT h.* FROM edges e CROSS JOIN LATERAL generate_series(e.from_time, e.to_time - interval '1 hour',
      interval '1 hour') s
    JOIN vobiz_sync.concurrency_hours h ON h.partner_id = of_partner AND h.hour = s
  ), missing AS (
    SELECT min(s) AS from_time, least(max(s) + interval '1 hour', max(e.to_time)) AS to_time
    FROM edges e CROSS JOIN LATERAL generate_series(e.from_time, e.to_time - interval '1 microsecond',
      interval '1 hour') s
    WHERE s NOT IN (SELECT k.hour FROM kept k)
  ), peaks AS (
    SELECT k.account_id, k.peak_calls, k.peak_at FROM kept k WHERE k.peak_calls > 0
    UNION ALL
    SELECT p.* FROM missing m CROSS JOIN LATERAL vobiz_sync.peaks_between(of_partner, m.from_time, m.to_time) p
  )
  SELECT DISTINCT ON (p.account_id) p.account_id, p.peak_calls, p.peak_at
  FROM peaks p ORDER BY p.account_id, p.peak_calls DESC, p.peak_at
$$;
COMMENT ON FUNCTION vobiz_sync.peak_concurrency IS
  'most calls at the same time of a billing day, by customer and (*) for the whole partner';
