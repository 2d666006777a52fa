-- Plans that fit the tables as they are.

-- A session keeps the plans of a function's statements. Those that were made while a month had no calls read a whole index of
-- it for each customer and 15 minutes when it had, until somebody analyzed the table: 300 calls a second instead of 17 000.

-- As in 0007, planned anew each time, for the months it is about.
CREATE OR REPLACE FUNCTION vobiz_sync.refresh_calls(partners text[], accounts text[], starts timestamptz[], ends timestamptz[], zone text)
  RETURNS void LANGUAGE plpgsql SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
  SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
  first timestamptz := (SELECT min(v) FROM unnest(starts) v);
  last timestamptz := (SELECT max(v) FROM unnest(ends) v);
BEGIN
  WITH k AS MATERIALIZED (
    SELECT * FROM unnest(partners, accounts, starts, ends) AS u(partner_id, account_id, from_at, to_at)
  ), fresh AS MATERIALIZED (
    SELECT k.partner_id, k.account_id, c.bucket_start, c.call_direction, c.context, c.currency,
      date_trunc('hour', c.bucket_start, zone) AS hour, c.attempts, c.answered, c.short_calls, c.billsec, c.duration, c.cost, c.streaming_cost, c.total_cost,
      c.answer_delay_seconds, c.answer_delay_calls, c.mos_sum, c.mos_calls, c.poor_calls, c.jitter_sum, c.jitter_calls, c.packet_loss_sum, c.packet_loss_calls
    FROM k CROSS JOIN LATERAL (
      SELECT vobiz_sync.bucket_of(c.start_time) AS bucket_start, coalesce(c.call_direction, '') AS call_direction, coalesce(c.context, '') AS context,
        coalesce(c.currency, '') AS currency,
        count(*) AS attempts, count(*) FILTER (WHERE c.billsec > 0) AS answered,
        count(*) FILTER (WHERE c.billsec BETWEEN 1 AND 6) AS short_calls,
        coalesce(sum(c.billsec), 0) AS billsec, coalesce(sum(c.duration), 0) AS duration,
        coalesce(sum(c.cost), 0) AS cost, coalesce(sum(c.streaming_cost), 0) AS streaming_cost,
        coalesce(sum(c.total_cost), 0) AS total_cost,
        coalesce(sum(extract(epoch FROM c.answer_time - c.start_time)::numeric) FILTER (WHERE c.billsec > 0), 0),
        count(c.answer_time) FILTER (WHERE c.billsec > 0),
        coalesce(sum(c.mos) FILTER (WHERE c.mos >= 1), 0), count(*) FILTER (WHERE c.mos >= 1),
        count(*) FILTER (WHERE c.mos >= 1 AND c.mos < 3.6),
        coalesce(sum(c.jitter) FILTER (WHERE c.mos >= 1), 0), count(c.jitter) FILTER (WHERE c.mos >= 1),
        coalesce(sum(c.packet_loss) FILTER (WHERE c.mos >= 1), 0),
        count(c.packet_loss) FILTER (WHERE c.mos >= 1)
      FROM vobiz.cdrs c
      -- IS NOT DISTINCT FROM keeps the planner from the index by partner and day; first and last leave one or two months
      -- to be planned for.
      WHERE c.account_id = k.account_id AND c.partner_id IS NOT DISTINCT FROM k.partner_id
        AND c.removed_at IS NULL AND c.start_time >= k.from_at AND c.start_time < k.to_at
        AND c.start_time >= first AND c.start_time < last
      GROUP BY 1, 2, 3, 4
    ) c(bucket_start, call_direction, context, currency, attempts, answered, short_calls, billsec, duration, cost, streaming_cost, total_cost,
      answer_delay_seconds, answer_delay_calls, mos_sum, mos_calls, poor_calls, jitter_sum, jitter_calls, packet_loss_sum, packet_loss_calls)
  ), stored AS MATERIALIZED (
    SELECT t.* FROM k JOIN vobiz.usage_buckets t USING (partner_id, account_id)
    WHERE t.bucket_start >= k.from_at AND t.bucket_start < k.to_at
  ), emptied AS (
    DELETE FROM vobiz.usage_buckets t USING (
      SELECT account_id, bucket_start, call_direction, context, currency, partner_id FROM stored EXCEPT SELECT account_id, bucket_start, call_direction, context, currency, partner_id FROM fresh) e
    WHERE (t.account_id, t.bucket_start, t.call_direction, t.context, t.currency, t.partner_id)
      = (e.account_id, e.bucket_start, e.call_direction, e.context, e.currency, e.partner_id)
  )
  INSERT INTO vobiz.usage_buckets SELECT * FROM (SELECT * FROM fresh EXCEPT SELECT * FROM stored) d
  ON CONFLICT (account_id, bucket_start, call_direction, context, currency, partner_id) DO UPDATE SET
      hour = excluded.hour,
      attempts = excluded.attempts,
      answered = excluded.answered,
      short_calls = excluded.short_calls,
      billsec = excluded.billsec,
      duration = excluded.duration,
      cost = excluded.cost,
      streaming_cost = excluded.streaming_cost,
      total_cost = excluded.total_cost,
      answer_delay_seconds = excluded.answer_delay_seconds,
      answer_delay_calls = excluded.answer_delay_calls,
      mos_sum = excluded.mos_sum,
      mos_calls = excluded.mos_calls,
      poor_calls = excluded.poor_calls,
      jitter_sum = excluded.jitter_sum,
      jitter_calls = excluded.jitter_calls,
      packet_loss_sum = excluded.packet_loss_sum,
      packet_loss_calls = excluded.packet_loss_calls;

  WITH k AS MATERIALIZED (
    SELECT * FROM unnest(partners, accounts, starts, ends) AS u(partner_id, account_id, from_at, to_at)
  ), fresh AS MATERIALIZED (
    SELECT k.partner_id, k.account_id, c.bucket_start, c.call_direction, c.hangup_cause, c.attempts, c.answered
    FROM k CROSS JOIN LATERAL (
      SELECT vobiz_sync.bucket_of(c.start_time) AS bucket_start, coalesce(c.call_direction, '') AS call_direction, coalesce(c.hangup_cause, '') AS hangup_cause,
        count(*) AS attempts, count(*) FILTER (WHERE c.billsec > 0) AS answered
      FROM vobiz.cdrs c
      -- IS NOT DISTINCT FROM keeps the planner from the index by partner and day.
      WHERE c.account_id = k.account_id AND c.partner_id IS NOT DISTINCT FROM k.partner_id
        AND c.removed_at IS NULL AND c.start_time >= k.from_at AND c.start_time < k.to_at
        AND c.start_time >= first AND c.start_time < last
      GROUP BY 1, 2, 3) c
  ), stored AS MATERIALIZED (
    SELECT t.* FROM k JOIN vobiz.hangup_buckets t USING (partner_id, account_id)
    WHERE t.bucket_start >= k.from_at AND t.bucket_start < k.to_at
  ), emptied AS (
    DELETE FROM vobiz.hangup_buckets t USING (
      SELECT account_id, bucket_start, call_direction, hangup_cause, partner_id FROM stored EXCEPT SELECT account_id, bucket_start, call_direction, hangup_cause, partner_id FROM fresh) e
    WHERE (t.account_id, t.bucket_start, t.call_direction, t.hangup_cause, t.partner_id)
      = (e.account_id, e.bucket_start, e.call_direction, e.hangup_cause, e.partner_id)
  )
  INSERT INTO vobiz.hangup_buckets SELECT * FROM (SELECT * FROM fresh EXCEPT SELECT * FROM stored) d
  ON CONFLICT (account_id, bucket_start, call_direction, hangup_cause, partner_id) DO UPDATE SET
      attempts = excluded.attempts,
      answered = excluded.answered;
END
$$;

ALTER FUNCTION vobiz_sync.refresh_ledger(text[], text[], timestamptz[], timestamptz[]) SET plan_cache_mode = force_custom_plan;
ALTER FUNCTION vobiz_sync.store_marked_day(text) SET plan_cache_mode = force_custom_plan;
ALTER FUNCTION vobiz_sync.keep_hours(text, date) SET plan_cache_mode = force_custom_plan;
