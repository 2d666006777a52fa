-- What is a reason for an alert at an instant, by customer. The last hour is four buckets, the last of which has
-- begun. Only values that are large enough by themselves are compared with the customer's history, so that the cost is
-- that of an hour of all customers and of 84 hours of a few.
-- The usual is the highest of the same hour and of the ones beside it, for traffic that comes a little earlier or
-- later, and when clocks are changed.
CREATE OR REPLACE FUNCTION vobiz.found_alerts(of_partner text, at timestamptz)
  RETURNS TABLE (account_id text, kind text, currency text, value numeric, threshold numeric, usual numeric)
  LANGUAGE plpgsql STABLE ROWS 20 SET jit = off SET plan_cache_mode = force_custom_plan
  SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  from_time timestamptz := vobiz_sync.bucket_of(at) - interval '45 minutes';
  hour_before timestamptz := from_time - interval '1 hour';
  lengths integer[] := (SELECT array_agg(DISTINCT length(p.prefix)) FROM vobiz.premium_prefixes p);
BEGIN
  RETURN QUERY
  WITH buckets AS MATERIALIZED (
    SELECT b.account_id, b.bucket_start, coalesce(nullif(b.currency, ''), 'XXX') AS currency,
      sum(b.attempts) AS attempts, sum(b.billsec) AS billsec, sum(b.total_cost) AS total_cost
    FROM vobiz.usage_buckets b
    WHERE b.partner_id = of_partner AND b.hour > hour_before AND b.bucket_start BETWEEN from_time AND at
    GROUP BY 1, 2, 3
  ), measured AS (
    SELECT b.account_id, 'spend' AS kind, b.currency, sum(b.total_cost) AS value FROM buckets b GROUP BY 1, 3
    UNION ALL
    SELECT q.account_id, 'calls_per_minute', '*', max(q.attempts) / 15
    FROM (SELECT b.account_id, b.bucket_start, sum(b.attempts) AS attempts FROM buckets b GROUP BY 1, 2) q GROUP BY 1
    UNION ALL
    SELECT b.account_id, 'duration', '*', sum(b.billsec) / 60 FROM buckets b GROUP BY 1
    UNION ALL
    SELECT p.account_id, 'concurrent_calls', '*', p.peak_calls
    FROM vobiz_sync.peaks_between(of_partner, from_time, at) p WHERE p.account_id <> '*'
    UNION ALL
    SELECT c.account_id, 'premium_calls', '*', count(*)
    FROM vobiz.cdrs c
    WHERE c.partner_id = of_partner AND c.removed_at IS NULL AND c.start_time >= from_time AND c.start_time <= at
      AND c.call_direction = 'outbound' AND c.billsec > 0 AND EXISTS (SELECT FROM unnest(lengths) n(digits)
        JOIN vobiz.premium_prefixes p ON p.prefix = left(vobiz.number_key(c.destination_number), n.digits))
    GROUP BY 1
  ), large AS MATERIALIZED (
    SELECT m.account_id, m.kind, m.currency, m.value, t.at_least, t.times
    FROM measured m CROSS JOIN LATERAL vobiz.alert_threshold(m.kind, m.account_id, m.currency) t
    WHERE m.value > 0 AND m.value >= coalesce(t.at_least, 0)
      -- Days that wait for their first read are no history.
      AND NOT EXISTS (SELECT FROM vobiz_sync.windows w
        WHERE (w.partner_id, w.stream, w.state) = (of_partner, 'cdrs', 'pending')
          AND w.scope IN ('*', m.account_id) AND w.day >= ((at - interval '29 days') AT TIME ZONE 'UTC')::date)
  ), spans AS (
    SELECT from_time + s.shift AS starts, from_time + s.shift + interval '1 hour' AS ends
    FROM generate_series(1, 28) d(days) CROSS JOIN generate_series(-1, 1) h(hours)
    CROSS JOIN LATERAL (SELECT h.hours * interval '1 hour' - d.days * interval '24 hours' AS shift) s
  ), compared AS (
    SELECT l.*, CASE WHEN l.times IS NOT NULL THEN CASE l.kind
      WHEN 'concurrent_calls' THEN (
        SELECT coalesce(max(c.peak_calls), 0) FROM vobiz_sync.concurrency_days c
        WHERE c.partner_id = of_partner AND c.account_id = l.account_id
          AND c.day BETWEEN vobiz.billing_day(at) - 28 AND vobiz.billing_day(at) - 1)
      WHEN 'premium_calls' THEN (
        SELECT max(n.calls) FROM spans s CROSS JOIN LATERAL (
          SELECT count(*) AS calls FROM vobiz.cdrs c
          WHERE c.account_id = l.account_id AND c.partner_id IS NOT DISTINCT FROM of_partner AND c.removed_at IS NULL
            AND c.start_time >= s.starts AND c.start_time < s.ends AND c.call_direction = 'outbound'
            AND c.billsec > 0 AND EXISTS (SELECT FROM unnest(lengths) n(digits)
              JOIN vobiz.premium_prefixes p ON p.prefix = left(vobiz.number_key(c.destination_number), n.digits))) n)
      ELSE (
        SELECT coalesce(max(q.value), 0) FROM spans s CROSS JOIN LATERAL (
          SELECT CASE l.kind WHEN 'spend' THEN sum(q.total_cost) WHEN 'duration' THEN sum(q.billsec) / 60
              ELSE max(q.attempts) / 15 END AS value
          FROM (
            SELECT b.bucket_start, sum(b.attempts) AS attempts, sum(b.billsec) AS billsec,
              sum(b.total_cost) AS total_cost
            FROM vobiz.usage_buckets b
            WHERE b.account_id = l.account_id AND b.bucket_start >= s.starts AND b.bucket_start < s.ends
              AND b.partner_id = of_partner AND l.currency IN ('*', coalesce(nullif(b.currency, ''), 'XXX'))
            GROUP BY 1) q) q)
      END END AS usual
    FROM large l
  )
  SELECT c.account_id, c.kind, c.currency, round(c.value, 5), round(t.threshold, 5), round(c.usual, 5)
  FROM compared c
  CROSS JOIN LATERAL (SELECT greatest(c.at_least, c.times * c.usual, 0) AS threshold) t
  WHERE c.value >= t.threshold
  UNION ALL
  -- An idle customer's wallet warns of nothing.
  SELECT w.account_id, 'low_wallet', w.currency, w.balance, round(w.average_daily_debit * d.days, 5),
    w.average_daily_debit
  FROM vobiz_bi.wallet_runway w
  CROSS JOIN LATERAL vobiz.alert_threshold('low_wallet', w.account_id, w.currency) t
  CROSS JOIN LATERAL (
    SELECT coalesce(t.at_least, (SELECT s.low_balance_days FROM vobiz.settings s)) AS days) d
  WHERE w.partner_id = of_partner AND NOT w.is_postpaid AND w.debit_7_days > 0
    AND (w.balance <= 0 OR w.runway_days < d.days)
  UNION ALL
  SELECT n.account_id, 'renewal_not_covered', n.currency, max(n.balance), max(n.fees_due_by_then), NULL
  FROM vobiz_bi.number_renewals n
  JOIN vobiz.accounts a ON a.auth_id = n.account_id AND a.postpaid IS NOT TRUE
  CROSS JOIN LATERAL vobiz.alert_threshold('renewal_not_covered', n.account_id, n.currency) t
  WHERE n.partner_id = of_partner AND NOT n.is_covered AND (t.at_least IS NULL OR n.days_until_renewal <= t.at_least)
  GROUP BY n.account_id, n.currency;
END
$$;
COMMENT ON FUNCTION vobiz.found_alerts IS
  'what is out of the ordinary by vobiz.alert_thresholds: of the hour that ends at an instant, and of the wallets now';
REVOKE ALL ON FUNCTION vobiz.found_alerts FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vobiz.found_alerts TO vobiz_writer;
