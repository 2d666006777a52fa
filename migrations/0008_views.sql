-- The views people and dashboards read (reconciliation.md, "KPIs" and "Views"). Sums and counts are stored, ratios
-- are made here. Every amount has its currency beside it, and currencies are never added together. What the
-- rows leave out is null here, though the rollups hold an empty text for it.

-- The wallet at the start of a billing day, from the balance read next to it: the first one at or after that
-- instant, else the last one before it (a balance is recorded when it changes, so that it still holds then or
-- the ledger says what moved it). The completed ledger entries between the two instants roll it to that day.
-- Null, never a guess, when the instant lies ahead, no balance was read, any UTC day between is not proven
-- (an open one counts when it agreed with the API's totals after the balance was read), or an entry
-- between states no currency.
CREATE FUNCTION vobiz.wallet_at(of_partner text, of_account text, of_currency text, of_day date) RETURNS numeric
  LANGUAGE plpgsql STABLE SET jit = off
AS $$
DECLARE
  instant timestamptz := vobiz.billing_day_start(of_day);
  known record;
  known_day date;
  moved numeric;
BEGIN
  IF instant > now() THEN
    RETURN NULL;
  END IF;
  SELECT b.captured_at, b.cash_credits INTO known FROM vobiz.account_balances b
  WHERE b.auth_id = of_account AND b.currency = of_currency
  ORDER BY b.captured_at < instant, abs(extract(epoch FROM b.captured_at - instant)) LIMIT 1;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  PERFORM FROM generate_series(
    (least(instant, known.captured_at) AT TIME ZONE 'UTC')::date::timestamp,
    greatest(instant, known.captured_at) AT TIME ZONE 'UTC', interval '1 day') d
  WHERE d AT TIME ZONE 'UTC' < greatest(instant, known.captured_at)
    AND NOT EXISTS (
      SELECT FROM vobiz_sync.windows w
      WHERE w.partner_id = of_partner AND w.stream = 'transactions' AND w.scope IN ('*', of_account)
        AND w.day = d::date
        AND (w.state = 'proven' OR w.proof IS NOT NULL AND w.read_at >= greatest(instant, known.captured_at)));
  IF FOUND THEN
    RETURN NULL;
  END IF;
  known_day := vobiz.billing_day(known.captured_at);
  PERFORM FROM vobiz.ledger_days l
  WHERE l.account_id = of_account AND l.status = 'completed' AND coalesce(nullif(l.currency, ''), 'XXX') <> of_currency
    AND l.currency = '' AND l.day BETWEEN least(of_day, known_day) AND greatest(of_day, known_day);
  IF FOUND THEN
    RETURN NULL;
  END IF;
  -- Whole days from the rollup, the day of the reading up to (or from) the reading.
  SELECT coalesce(sum(l.credit - l.debit), 0) INTO moved FROM vobiz.ledger_days l
  WHERE l.account_id = of_account AND l.status = 'completed' AND coalesce(nullif(l.currency, ''), 'XXX') = of_currency
    AND l.day >= least(of_day, known_day + 1) AND l.day < greatest(of_day, known_day);
  SELECT moved + coalesce(sum(CASE WHEN vobiz.is_credit(t.type) THEN t.amount ELSE -t.amount END), 0) INTO moved
  FROM vobiz.transactions t
  CROSS JOIN LATERAL (SELECT vobiz_sync.entry_time(t.created_at, t.processed_at, t.window_day) AS at) e
  WHERE t.account_id = of_account AND t.status = 'completed' AND t.removed_at IS NULL
    AND coalesce(t.currency, 'XXX') = of_currency
    AND (t.created_at IS NULL OR t.created_at >= vobiz.billing_day_start(known_day)
      AND t.created_at < vobiz.billing_day_start(known_day + 1))
    AND e.at >= vobiz.billing_day_start(known_day) AND e.at < vobiz.billing_day_start(known_day + 1)
    AND CASE WHEN known.captured_at >= instant THEN e.at < known.captured_at ELSE e.at >= known.captured_at END;
  RETURN known.cash_credits + CASE WHEN known.captured_at >= instant THEN -moved ELSE moved END;
END
$$;
COMMENT ON FUNCTION vobiz.wallet_at(text, text, text, date) IS 'the wallet of a customer at the start of a billing day; null where readings and proven ledger do not tell it';

-- An entry of a day that was itself read late (a backfill) is no late entry: what counts is how long after the
-- first entry seen of that day, or after the end of the month, it came.
CREATE FUNCTION vobiz.entries_after_close(of_partner text, of_account text, of_month date)
  RETURNS TABLE (id text, currency text, is_late boolean, effect numeric)
  LANGUAGE plpgsql STABLE ROWS 1 SET jit = off
AS $$
DECLARE
  next_month date := (of_month + interval '1 month')::date;
  month_end timestamptz := vobiz.billing_day_start(next_month);
  settling interval := (SELECT s.settle FROM vobiz.settings s);
BEGIN
  RETURN QUERY
  WITH late_days AS MATERIALIZED (
    SELECT d.day, greatest(month_end, f.first_seen) + settling AS late_from
    FROM (SELECT l.day, max(l.first_seen_to) AS last_seen FROM vobiz.ledger_days l
          WHERE l.partner_id = of_partner AND l.account_id = of_account AND l.day >= of_month AND l.day < next_month
          GROUP BY l.day HAVING max(l.first_seen_to) > month_end + settling) d
    CROSS JOIN LATERAL (SELECT min(l.first_seen_from) AS first_seen FROM vobiz.ledger_days l
                        WHERE l.partner_id = of_partner AND l.day = d.day) f
    WHERE d.last_seen > greatest(month_end, f.first_seen) + settling
  ), late AS MATERIALIZED (
    SELECT t.id FROM late_days d JOIN vobiz.transactions t ON t.account_id = of_account AND t.partner_id = of_partner
      AND t.created_at >= vobiz.billing_day_start(d.day) AND t.created_at < vobiz.billing_day_start(d.day + 1)
      AND t.first_seen_at > d.late_from
  ), changed AS MATERIALIZED (
    -- What the entry was when its month was closed: the oldest old value recorded after that.
    SELECT j.row_key, (array_agg(j.old_value ORDER BY j.id) FILTER (WHERE j.column_name = 'amount'))[1]::numeric AS old_amount,
      (array_agg(j.old_value ORDER BY j.id) FILTER (WHERE j.column_name = 'status'))[1] AS old_status,
      bool_or(j.column_name = 'status') AS status_changed
    FROM vobiz.adjustments j
    WHERE j.account_id = of_account AND j.partner_id = of_partner AND j.stream = 'transactions'
      AND j.seen_at > month_end + settling
    GROUP BY j.row_key
  ), entries AS (
    SELECT l.id, true AS is_late, NULL::text AS status_then, NULL::numeric AS amount_then FROM late l
    UNION ALL
    SELECT t.id, false, CASE WHEN c.status_changed THEN c.old_status ELSE t.status END, coalesce(c.old_amount, t.amount)
    FROM changed c JOIN vobiz.transactions t ON t.account_id = of_account AND t.id = c.row_key
    CROSS JOIN LATERAL (SELECT vobiz_sync.entry_time(t.created_at, t.processed_at, t.window_day) AS at) e
    WHERE e.at >= vobiz.billing_day_start(of_month) AND e.at < month_end AND NOT EXISTS (SELECT FROM late l WHERE l.id = t.id)
  )
  SELECT t.id, coalesce(t.currency, 'XXX'), e.is_late,
    CASE WHEN vobiz.is_credit(t.type) THEN 1 ELSE -1 END * (
      CASE WHEN t.status = 'completed' AND t.removed_at IS NULL THEN t.amount ELSE 0 END
      - CASE WHEN e.is_late OR e.status_then IS DISTINCT FROM 'completed' THEN 0 ELSE e.amount_then END)
  FROM entries e JOIN vobiz.transactions t ON t.account_id = of_account AND t.id = e.id;
END
$$;
COMMENT ON FUNCTION vobiz.entries_after_close(text, text, date) IS 'ledger entries of a customer''s billing month that were first seen or changed after its end plus settings.settle, and what that did to the wallet';

CREATE FUNCTION vobiz.usage_after_close(of_partner text, of_account text, of_currency text, of_month date) RETURNS numeric
  LANGUAGE sql STABLE SET jit = off
AS $$
  SELECT coalesce(sum(j.difference), 0)
  FROM (SELECT vobiz.billing_day_start(of_month) AS starts, vobiz.billing_day_start((of_month + interval '1 month')::date) AS ends) m
  JOIN vobiz.adjustments j ON j.account_id = of_account AND j.partner_id = of_partner AND j.stream = 'cdrs'
    AND j.column_name = 'total_cost' AND j.seen_at > m.ends + (SELECT settle FROM vobiz.settings)
  JOIN vobiz.cdrs c ON c.account_id = of_account AND c.uuid = j.row_key::uuid AND c.start_time >= m.starts
    AND c.start_time < m.ends AND c.removed_at IS NULL AND coalesce(c.currency, 'XXX') = of_currency
$$;
COMMENT ON FUNCTION vobiz.usage_after_close(text, text, text, date) IS 'changes of total_cost of a customer''s calls of a billing month, seen after its end plus settings.settle';

CREATE FUNCTION vobiz.unproven_windows(of_partner text, of_account text, of_month date) RETURNS bigint
  LANGUAGE sql STABLE SET jit = off
AS $$
  SELECT count(*) FROM generate_series(
    (vobiz.billing_day_start(of_month) AT TIME ZONE 'UTC')::date::timestamp,
    vobiz.billing_day_start((of_month + interval '1 month')::date) AT TIME ZONE 'UTC' - interval '1 microsecond', interval '1 day') d
  CROSS JOIN (VALUES ('cdrs'), ('transactions')) v(stream)
  WHERE NOT EXISTS (SELECT FROM vobiz_sync.windows x
    WHERE x.partner_id = of_partner AND x.stream = v.stream AND x.scope IN ('*', of_account)
      AND x.day = d::date AND x.state = 'proven')
$$;
COMMENT ON FUNCTION vobiz.unproven_windows(text, text, date) IS 'UTC days that touch a billing month and are not proven for a customer, calls and ledger counted each';

CREATE INDEX adjustments_account ON vobiz.adjustments (account_id, stream, seen_at);
-- One row for ever, which nothing else would tell the planner.
ANALYZE vobiz.settings;


CREATE VIEW vobiz_bi.usage_hourly AS
SELECT u.partner_id, u.hour AS hour,
  (u.hour AT TIME ZONE (SELECT timezone FROM vobiz.settings))::date AS day, u.account_id, a.name AS account_name,
  nullif(u.call_direction, '') AS call_direction, nullif(u.context, '') AS context, nullif(u.currency, '') AS currency,
  sum(u.attempts)::bigint AS attempts, sum(u.answered)::bigint AS answered, sum(u.short_calls)::bigint AS short_calls,
  sum(u.billsec)::bigint AS billsec, sum(u.duration)::bigint AS duration, round(sum(u.billsec) / 60.0, 2) AS billable_minutes,
  sum(u.cost) AS cost, sum(u.streaming_cost) AS streaming_cost, sum(u.total_cost) AS total_cost
FROM vobiz.usage_buckets u LEFT JOIN vobiz.accounts a ON a.auth_id = u.account_id
GROUP BY u.partner_id, u.hour, u.account_id, a.name, u.call_direction, u.context, u.currency;
COMMENT ON VIEW vobiz_bi.usage_hourly IS 'calls and their cost by hour, customer, direction, product and currency';
COMMENT ON COLUMN vobiz_bi.usage_hourly.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_bi.usage_hourly.hour IS 'when the hour begins, on the clock of settings.timezone';
COMMENT ON COLUMN vobiz_bi.usage_hourly.day IS 'billing day, in settings.timezone';
COMMENT ON COLUMN vobiz_bi.usage_hourly.account_id IS 'auth_id of the customer';
COMMENT ON COLUMN vobiz_bi.usage_hourly.account_name IS 'customer''s display name';
COMMENT ON COLUMN vobiz_bi.usage_hourly.call_direction IS 'inbound or outbound; null where the calls state none';
COMMENT ON COLUMN vobiz_bi.usage_hourly.context IS 'the product, as the calls state it; null where they state none';
COMMENT ON COLUMN vobiz_bi.usage_hourly.currency IS 'ISO 4217 code of the amounts; null where the rows state none';
COMMENT ON COLUMN vobiz_bi.usage_hourly.attempts IS 'calls by their start_time';
COMMENT ON COLUMN vobiz_bi.usage_hourly.answered IS 'of these, with billsec above 0';
COMMENT ON COLUMN vobiz_bi.usage_hourly.short_calls IS 'answered calls of 6 seconds or less';
COMMENT ON COLUMN vobiz_bi.usage_hourly.billsec IS 'billable seconds';
COMMENT ON COLUMN vobiz_bi.usage_hourly.duration IS 'seconds of ring and talk';
COMMENT ON COLUMN vobiz_bi.usage_hourly.billable_minutes IS 'billable seconds / 60';
COMMENT ON COLUMN vobiz_bi.usage_hourly.cost IS 'voice charges, in currency';
COMMENT ON COLUMN vobiz_bi.usage_hourly.streaming_cost IS 'media streaming charges, in currency';
COMMENT ON COLUMN vobiz_bi.usage_hourly.total_cost IS 'all charges, in currency';

CREATE VIEW vobiz_bi.usage_daily AS
SELECT u.partner_id, u.day AS day, u.account_id, a.name AS account_name,
  nullif(u.call_direction, '') AS call_direction, nullif(u.context, '') AS context, nullif(u.currency, '') AS currency,
  sum(u.attempts)::bigint AS attempts, sum(u.answered)::bigint AS answered, sum(u.short_calls)::bigint AS short_calls,
  sum(u.billsec)::bigint AS billsec, sum(u.duration)::bigint AS duration, round(sum(u.billsec) / 60.0, 2) AS billable_minutes,
  sum(u.cost) AS cost, sum(u.streaming_cost) AS streaming_cost, sum(u.total_cost) AS total_cost
FROM vobiz.usage_days u LEFT JOIN vobiz.accounts a ON a.auth_id = u.account_id
GROUP BY u.partner_id, u.day, u.account_id, a.name, u.call_direction, u.context, u.currency;
COMMENT ON VIEW vobiz_bi.usage_daily IS 'calls and their cost by billing day, customer, direction, product and currency';
COMMENT ON COLUMN vobiz_bi.usage_daily.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_bi.usage_daily.day IS 'billing day, in settings.timezone';
COMMENT ON COLUMN vobiz_bi.usage_daily.account_id IS 'auth_id of the customer';
COMMENT ON COLUMN vobiz_bi.usage_daily.account_name IS 'customer''s display name';
COMMENT ON COLUMN vobiz_bi.usage_daily.call_direction IS 'inbound or outbound; null where the calls state none';
COMMENT ON COLUMN vobiz_bi.usage_daily.context IS 'the product, as the calls state it; null where they state none';
COMMENT ON COLUMN vobiz_bi.usage_daily.currency IS 'ISO 4217 code of the amounts; null where the rows state none';
COMMENT ON COLUMN vobiz_bi.usage_daily.attempts IS 'calls by their start_time';
COMMENT ON COLUMN vobiz_bi.usage_daily.answered IS 'of these, with billsec above 0';
COMMENT ON COLUMN vobiz_bi.usage_daily.short_calls IS 'answered calls of 6 seconds or less';
COMMENT ON COLUMN vobiz_bi.usage_daily.billsec IS 'billable seconds';
COMMENT ON COLUMN vobiz_bi.usage_daily.duration IS 'seconds of ring and talk';
COMMENT ON COLUMN vobiz_bi.usage_daily.billable_minutes IS 'billable seconds / 60';
COMMENT ON COLUMN vobiz_bi.usage_daily.cost IS 'voice charges, in currency';
COMMENT ON COLUMN vobiz_bi.usage_daily.streaming_cost IS 'media streaming charges, in currency';
COMMENT ON COLUMN vobiz_bi.usage_daily.total_cost IS 'all charges, in currency';

CREATE VIEW vobiz_bi.usage_monthly AS
SELECT u.partner_id, date_trunc('month', u.day)::date AS month, u.account_id, a.name AS account_name,
  nullif(u.call_direction, '') AS call_direction, nullif(u.context, '') AS context, nullif(u.currency, '') AS currency,
  sum(u.attempts)::bigint AS attempts, sum(u.answered)::bigint AS answered, sum(u.short_calls)::bigint AS short_calls,
  sum(u.billsec)::bigint AS billsec, sum(u.duration)::bigint AS duration, round(sum(u.billsec) / 60.0, 2) AS billable_minutes,
  sum(u.cost) AS cost, sum(u.streaming_cost) AS streaming_cost, sum(u.total_cost) AS total_cost
FROM vobiz.usage_days u LEFT JOIN vobiz.accounts a ON a.auth_id = u.account_id
GROUP BY u.partner_id, 2, u.account_id, a.name, u.call_direction, u.context, u.currency;
COMMENT ON VIEW vobiz_bi.usage_monthly IS 'calls and their cost by billing month, customer, direction, product and currency';
COMMENT ON COLUMN vobiz_bi.usage_monthly.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_bi.usage_monthly.month IS 'first day of the billing month, in settings.timezone';
COMMENT ON COLUMN vobiz_bi.usage_monthly.account_id IS 'auth_id of the customer';
COMMENT ON COLUMN vobiz_bi.usage_monthly.account_name IS 'customer''s display name';
COMMENT ON COLUMN vobiz_bi.usage_monthly.call_direction IS 'inbound or outbound; null where the calls state none';
COMMENT ON COLUMN vobiz_bi.usage_monthly.context IS 'the product, as the calls state it; null where they state none';
COMMENT ON COLUMN vobiz_bi.usage_monthly.currency IS 'ISO 4217 code of the amounts; null where the rows state none';
COMMENT ON COLUMN vobiz_bi.usage_monthly.attempts IS 'calls by their start_time';
COMMENT ON COLUMN vobiz_bi.usage_monthly.answered IS 'of these, with billsec above 0';
COMMENT ON COLUMN vobiz_bi.usage_monthly.short_calls IS 'answered calls of 6 seconds or less';
COMMENT ON COLUMN vobiz_bi.usage_monthly.billsec IS 'billable seconds';
COMMENT ON COLUMN vobiz_bi.usage_monthly.duration IS 'seconds of ring and talk';
COMMENT ON COLUMN vobiz_bi.usage_monthly.billable_minutes IS 'billable seconds / 60';
COMMENT ON COLUMN vobiz_bi.usage_monthly.cost IS 'voice charges, in currency';
COMMENT ON COLUMN vobiz_bi.usage_monthly.streaming_cost IS 'media streaming charges, in currency';
COMMENT ON COLUMN vobiz_bi.usage_monthly.total_cost IS 'all charges, in currency';

CREATE VIEW vobiz_bi.kpi_daily AS
WITH u AS (
  SELECT partner_id, day, account_id, call_direction, sum(attempts)::bigint AS attempts, sum(answered)::bigint AS answered,
    sum(short_calls)::bigint AS short_calls, sum(billsec)::bigint AS billsec, sum(total_cost) AS total_cost,
    sum(answer_delay_seconds) AS answer_delay_seconds, sum(answer_delay_calls) AS answer_delay_calls,
    count(DISTINCT currency) FILTER (WHERE currency <> '' OR total_cost <> 0) AS currencies,
    nullif(max(currency), '') AS currency
  FROM vobiz.usage_days GROUP BY partner_id, day, account_id, call_direction
), h AS (
  SELECT h.partner_id, h.day, h.account_id, h.call_direction,
    sum(CASE WHEN c.counts_for_ner THEN h.attempts ELSE h.answered END)::bigint AS effective
  FROM vobiz.hangup_days h LEFT JOIN vobiz.hangup_causes c USING (hangup_cause)
  GROUP BY h.partner_id, h.day, h.account_id, h.call_direction
)
SELECT u.partner_id, u.day, u.account_id, a.name AS account_name, nullif(u.call_direction, '') AS call_direction,
  u.attempts, u.answered, round(100.0 * u.answered / u.attempts, 2) AS answer_rate_percent,
  h.effective AS network_effective_calls, round(100.0 * h.effective / u.attempts, 2) AS network_effectiveness_percent,
  round(u.billsec::numeric / nullif(u.answered, 0), 1) AS average_call_seconds,
  round(u.answer_delay_seconds / nullif(u.answer_delay_calls, 0), 2) AS average_answer_delay_seconds,
  u.short_calls, round(100.0 * u.short_calls / nullif(u.answered, 0), 2) AS short_call_percent,
  u.billsec AS billable_seconds, round(u.billsec / 60.0, 2) AS billable_minutes,
  CASE WHEN u.currencies <= 1 THEN u.currency END AS currency,
  CASE WHEN u.currencies <= 1 THEN u.total_cost END AS total_cost,
  CASE WHEN u.currencies <= 1 THEN round(u.total_cost * 60 / nullif(u.billsec, 0), 5) END AS cost_per_minute
FROM u JOIN h USING (partner_id, day, account_id, call_direction)
LEFT JOIN vobiz.accounts a ON a.auth_id = u.account_id;
COMMENT ON VIEW vobiz_bi.kpi_daily IS 'key figures of traffic by billing day, customer and direction';
COMMENT ON COLUMN vobiz_bi.kpi_daily.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_bi.kpi_daily.day IS 'billing day, in settings.timezone';
COMMENT ON COLUMN vobiz_bi.kpi_daily.account_id IS 'auth_id of the customer';
COMMENT ON COLUMN vobiz_bi.kpi_daily.account_name IS 'customer''s display name';
COMMENT ON COLUMN vobiz_bi.kpi_daily.call_direction IS 'inbound or outbound; null where the calls state none';
COMMENT ON COLUMN vobiz_bi.kpi_daily.attempts IS 'calls by their start_time';
COMMENT ON COLUMN vobiz_bi.kpi_daily.answered IS 'of these, with billsec above 0';
COMMENT ON COLUMN vobiz_bi.kpi_daily.answer_rate_percent IS 'ASR: answered / attempts';
COMMENT ON COLUMN vobiz_bi.kpi_daily.network_effective_calls IS 'answered, busy, no answer, or rejected by the user: see vobiz.hangup_causes';
COMMENT ON COLUMN vobiz_bi.kpi_daily.network_effectiveness_percent IS 'NER: network_effective_calls / attempts';
COMMENT ON COLUMN vobiz_bi.kpi_daily.average_call_seconds IS 'ACD: billable seconds / answered';
COMMENT ON COLUMN vobiz_bi.kpi_daily.average_answer_delay_seconds IS 'answer_time - start_time of answered calls; not the post-dial delay, which these fields cannot tell';
COMMENT ON COLUMN vobiz_bi.kpi_daily.short_calls IS 'answered calls of 6 seconds or less';
COMMENT ON COLUMN vobiz_bi.kpi_daily.short_call_percent IS 'short_calls / answered';
COMMENT ON COLUMN vobiz_bi.kpi_daily.billable_seconds IS 'billable seconds';
COMMENT ON COLUMN vobiz_bi.kpi_daily.billable_minutes IS 'billable seconds / 60';
COMMENT ON COLUMN vobiz_bi.kpi_daily.currency IS 'ISO 4217 code of the amounts; null where none is stated, or there are several: see usage_daily then';
COMMENT ON COLUMN vobiz_bi.kpi_daily.total_cost IS 'all charges, in currency; null where there are several currencies';
COMMENT ON COLUMN vobiz_bi.kpi_daily.cost_per_minute IS 'total_cost / billable minutes, in currency; null where there are several currencies or no minutes';

CREATE VIEW vobiz_bi.hangup_daily AS
SELECT h.partner_id, h.day, h.account_id, a.name AS account_name, nullif(h.call_direction, '') AS call_direction,
  nullif(h.hangup_cause, '') AS hangup_cause, coalesce(c.class, 'unknown') AS hangup_class, c.counts_for_ner, c.description,
  h.attempts, h.answered
FROM vobiz.hangup_days h
LEFT JOIN vobiz.hangup_causes c USING (hangup_cause)
LEFT JOIN vobiz.accounts a ON a.auth_id = h.account_id;
COMMENT ON VIEW vobiz_bi.hangup_daily IS 'how calls ended, by billing day, customer, direction and cause';
COMMENT ON COLUMN vobiz_bi.hangup_daily.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_bi.hangup_daily.day IS 'billing day, in settings.timezone';
COMMENT ON COLUMN vobiz_bi.hangup_daily.account_id IS 'auth_id of the customer';
COMMENT ON COLUMN vobiz_bi.hangup_daily.account_name IS 'customer''s display name';
COMMENT ON COLUMN vobiz_bi.hangup_daily.call_direction IS 'inbound or outbound; null where the calls state none';
COMMENT ON COLUMN vobiz_bi.hangup_daily.hangup_cause IS 'cause of the end; null where the calls state none';
COMMENT ON COLUMN vobiz_bi.hangup_daily.hangup_class IS 'kind of end by vobiz.hangup_causes; unknown where the cause is not listed there';
COMMENT ON COLUMN vobiz_bi.hangup_daily.counts_for_ner IS 'whether unanswered calls that ended so count as effective; null for an unknown cause, which does not count';
COMMENT ON COLUMN vobiz_bi.hangup_daily.description IS 'what the cause means';
COMMENT ON COLUMN vobiz_bi.hangup_daily.attempts IS 'calls by their start_time';
COMMENT ON COLUMN vobiz_bi.hangup_daily.answered IS 'of these, with billsec above 0';

CREATE VIEW vobiz_bi.quality_daily AS
SELECT u.partner_id, u.day, u.account_id, a.name AS account_name, nullif(u.call_direction, '') AS call_direction,
  sum(u.answered)::bigint AS answered, sum(u.mos_calls)::bigint AS measured_calls,
  round(100.0 * sum(u.mos_calls) / nullif(sum(u.answered), 0), 2) AS measured_percent,
  round(sum(u.mos_sum) / nullif(sum(u.mos_calls), 0), 3) AS average_mos_points,
  sum(u.poor_calls)::bigint AS poor_calls,
  round(100.0 * sum(u.poor_calls) / nullif(sum(u.mos_calls), 0), 2) AS poor_call_percent,
  round(sum(u.jitter_sum) / nullif(sum(u.jitter_calls), 0), 3) AS average_jitter_milliseconds,
  round(sum(u.packet_loss_sum) / nullif(sum(u.packet_loss_calls), 0), 3) AS average_packet_loss_percent
FROM vobiz.usage_days u LEFT JOIN vobiz.accounts a ON a.auth_id = u.account_id
GROUP BY u.partner_id, u.day, u.account_id, a.name, u.call_direction;
COMMENT ON VIEW vobiz_bi.quality_daily IS 'quality of speech by billing day, customer and direction; a MOS below 1 was not measured and counts nowhere';
COMMENT ON COLUMN vobiz_bi.quality_daily.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_bi.quality_daily.day IS 'billing day, in settings.timezone';
COMMENT ON COLUMN vobiz_bi.quality_daily.account_id IS 'auth_id of the customer';
COMMENT ON COLUMN vobiz_bi.quality_daily.account_name IS 'customer''s display name';
COMMENT ON COLUMN vobiz_bi.quality_daily.call_direction IS 'inbound or outbound; null where the calls state none';
COMMENT ON COLUMN vobiz_bi.quality_daily.answered IS 'of these, with billsec above 0';
COMMENT ON COLUMN vobiz_bi.quality_daily.measured_calls IS 'calls with a MOS of 1 or more';
COMMENT ON COLUMN vobiz_bi.quality_daily.measured_percent IS 'measured_calls / answered';
COMMENT ON COLUMN vobiz_bi.quality_daily.average_mos_points IS 'mean opinion score, 1 to 5';
COMMENT ON COLUMN vobiz_bi.quality_daily.poor_calls IS 'measured calls with a MOS below 3.6';
COMMENT ON COLUMN vobiz_bi.quality_daily.poor_call_percent IS 'poor_calls / measured_calls';
COMMENT ON COLUMN vobiz_bi.quality_daily.average_jitter_milliseconds IS 'of measured calls that state it';
COMMENT ON COLUMN vobiz_bi.quality_daily.average_packet_loss_percent IS 'of measured calls that state it';

CREATE VIEW vobiz_bi.concurrency_daily AS
SELECT c.partner_id, c.day, CASE WHEN c.account_id = '*' THEN 'partner' ELSE 'account' END AS scope,
  nullif(c.account_id, '*') AS account_id, a.name AS account_name, c.peak_calls, c.peak_at, a.concurrent_calls_limit,
  round(100.0 * c.peak_calls / nullif(a.concurrent_calls_limit, 0), 1) AS limit_used_percent
FROM vobiz.concurrency_days c LEFT JOIN vobiz.accounts a ON a.auth_id = c.account_id;
COMMENT ON VIEW vobiz_bi.concurrency_daily IS 'most calls in progress at the same time, by billing day';
COMMENT ON COLUMN vobiz_bi.concurrency_daily.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_bi.concurrency_daily.day IS 'billing day, in settings.timezone';
COMMENT ON COLUMN vobiz_bi.concurrency_daily.scope IS 'partner: all customers together; account: one customer';
COMMENT ON COLUMN vobiz_bi.concurrency_daily.account_id IS 'auth_id of the customer; null for the whole partner';
COMMENT ON COLUMN vobiz_bi.concurrency_daily.account_name IS 'customer''s display name';
COMMENT ON COLUMN vobiz_bi.concurrency_daily.peak_calls IS 'most calls in progress at the same time; a call counts from its start to its end, ringing too';
COMMENT ON COLUMN vobiz_bi.concurrency_daily.peak_at IS 'when there were that many for the first time that day';
COMMENT ON COLUMN vobiz_bi.concurrency_daily.concurrent_calls_limit IS 'the most calls the customer may have, as it is now';
COMMENT ON COLUMN vobiz_bi.concurrency_daily.limit_used_percent IS 'peak_calls / concurrent_calls_limit';

CREATE VIEW vobiz_bi.top_customers_monthly AS
SELECT u.partner_id, u.month, u.currency,
  rank() OVER (PARTITION BY u.partner_id, u.month, u.currency ORDER BY sum(u.total_cost) DESC) AS rank,
  u.account_id, u.account_name, sum(u.attempts)::bigint AS attempts, sum(u.answered)::bigint AS answered,
  round(sum(u.billsec) / 60.0, 2) AS billable_minutes, sum(u.total_cost) AS total_cost,
  round(100 * sum(u.total_cost)
    / nullif(sum(sum(u.total_cost)) OVER (PARTITION BY u.partner_id, u.month, u.currency), 0), 2) AS share_percent
FROM vobiz_bi.usage_monthly u
GROUP BY u.partner_id, u.month, u.currency, u.account_id, u.account_name;
COMMENT ON VIEW vobiz_bi.top_customers_monthly IS 'customers by what their calls cost, by billing month and currency';
COMMENT ON COLUMN vobiz_bi.top_customers_monthly.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_bi.top_customers_monthly.month IS 'first day of the billing month, in settings.timezone';
COMMENT ON COLUMN vobiz_bi.top_customers_monthly.currency IS 'ISO 4217 code of the amounts; null where the rows state none';
COMMENT ON COLUMN vobiz_bi.top_customers_monthly.rank IS '1: the largest in that month and currency';
COMMENT ON COLUMN vobiz_bi.top_customers_monthly.account_id IS 'auth_id of the customer';
COMMENT ON COLUMN vobiz_bi.top_customers_monthly.account_name IS 'customer''s display name';
COMMENT ON COLUMN vobiz_bi.top_customers_monthly.attempts IS 'calls by their start_time';
COMMENT ON COLUMN vobiz_bi.top_customers_monthly.answered IS 'of these, with billsec above 0';
COMMENT ON COLUMN vobiz_bi.top_customers_monthly.billable_minutes IS 'billable seconds / 60';
COMMENT ON COLUMN vobiz_bi.top_customers_monthly.total_cost IS 'all charges, in currency';
COMMENT ON COLUMN vobiz_bi.top_customers_monthly.share_percent IS 'of the partner''s total cost in that month and currency';

CREATE VIEW vobiz_bi.wallet_runway AS
SELECT a.partner_id, a.auth_id AS account_id, a.name AS account_name, a.postpaid IS TRUE AS is_postpaid, w.currency,
  w.balance, w.balance_changed_at, w.debit AS debit_7_days, round(w.debit / 7, 5) AS average_daily_debit,
  round(w.balance * 7 / nullif(w.debit, 0), 1) AS runway_days,
  CASE WHEN w.debit > 0 AND w.balance IS NOT NULL THEN vobiz.billing_day(now())
    + floor(greatest(least(w.balance * 7 / nullif(w.debit, 0), 100000), 0))::integer END AS runs_dry_on
FROM (
  SELECT a.auth_id, c.currency, coalesce(b.cash_credits, a.cash_credits) AS balance, b.captured_at AS balance_changed_at,
    coalesce(l.debit, 0) AS debit
  FROM vobiz.accounts a CROSS JOIN LATERAL (SELECT vobiz.account_currency(a.auth_id) AS currency OFFSET 0) c
  LEFT JOIN (
    SELECT l.account_id, coalesce(nullif(l.currency, ''), 'XXX') AS currency, sum(l.debit) AS debit FROM vobiz.ledger_days l
    WHERE l.status = 'completed' AND l.day BETWEEN vobiz.billing_day(now()) - 7 AND vobiz.billing_day(now()) - 1
    GROUP BY 1, 2) l ON l.account_id = a.auth_id AND l.currency = c.currency
  LEFT JOIN LATERAL (
    SELECT * FROM vobiz.account_balances b WHERE b.auth_id = a.auth_id AND b.currency = c.currency
    ORDER BY b.captured_at DESC LIMIT 1) b ON true
) w JOIN vobiz.accounts a ON a.auth_id = w.auth_id
WHERE a.removed_at IS NULL;
COMMENT ON VIEW vobiz_bi.wallet_runway IS 'how long each wallet lasts at the pace of the last 7 whole billing days';
COMMENT ON COLUMN vobiz_bi.wallet_runway.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_bi.wallet_runway.account_id IS 'auth_id of the customer';
COMMENT ON COLUMN vobiz_bi.wallet_runway.account_name IS 'customer''s display name';
COMMENT ON COLUMN vobiz_bi.wallet_runway.is_postpaid IS 'billed afterwards: an empty wallet stops nothing';
COMMENT ON COLUMN vobiz_bi.wallet_runway.currency IS 'ISO 4217 code of the wallet; XXX where nobody states one';
COMMENT ON COLUMN vobiz_bi.wallet_runway.balance IS 'the wallet as last read, in currency';
COMMENT ON COLUMN vobiz_bi.wallet_runway.balance_changed_at IS 'since when it was read with this value';
COMMENT ON COLUMN vobiz_bi.wallet_runway.debit_7_days IS 'completed debits of the last 7 whole billing days, in currency';
COMMENT ON COLUMN vobiz_bi.wallet_runway.average_daily_debit IS 'debit_7_days / 7, in currency';
COMMENT ON COLUMN vobiz_bi.wallet_runway.runway_days IS 'balance / average_daily_debit; null when nothing was debited';
COMMENT ON COLUMN vobiz_bi.wallet_runway.runs_dry_on IS 'billing day on which the wallet is empty at that pace';

CREATE VIEW vobiz_bi.low_balance AS
SELECT w.partner_id, w.account_id, w.account_name, w.currency, w.balance, w.average_daily_debit, w.runway_days, w.runs_dry_on,
  a.auto_recharge
FROM vobiz_bi.wallet_runway w JOIN vobiz.accounts a ON a.auth_id = w.account_id
WHERE NOT w.is_postpaid
  AND (w.balance <= 0 OR w.runway_days < (SELECT low_balance_days FROM vobiz.settings));
COMMENT ON VIEW vobiz_bi.low_balance IS 'prepaid wallets that are empty or last for fewer days than settings.low_balance_days';
COMMENT ON COLUMN vobiz_bi.low_balance.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_bi.low_balance.account_id IS 'auth_id of the customer';
COMMENT ON COLUMN vobiz_bi.low_balance.account_name IS 'customer''s display name';
COMMENT ON COLUMN vobiz_bi.low_balance.currency IS 'ISO 4217 code of the wallet; XXX where nobody states one';
COMMENT ON COLUMN vobiz_bi.low_balance.balance IS 'the wallet as last read, in currency';
COMMENT ON COLUMN vobiz_bi.low_balance.average_daily_debit IS 'of the last 7 whole billing days, in currency';
COMMENT ON COLUMN vobiz_bi.low_balance.runway_days IS 'balance / average_daily_debit; null when nothing was debited';
COMMENT ON COLUMN vobiz_bi.low_balance.runs_dry_on IS 'billing day on which the wallet is empty at that pace';
COMMENT ON COLUMN vobiz_bi.low_balance.auto_recharge IS 'whether the wallet tops itself up';

CREATE VIEW vobiz_bi.account_overview AS
SELECT a.partner_id, a.auth_id AS account_id, a.name AS account_name, a.company, a.is_active, a.postpaid IS TRUE AS is_postpaid,
  a.kyc_status, t.name AS pricing_tier_name, t.rate_per_minute, t.currency AS tier_currency,
  w.currency, w.balance, w.runway_days,
  (SELECT count(*) FROM vobiz.numbers n WHERE n.account_id = a.auth_id AND n.removed_at IS NULL) AS numbers_held,
  coalesce(u.today, 0)::bigint AS attempts_today, coalesce(u.week, 0)::bigint AS attempts_7_days,
  round(100.0 * u.week_answered / nullif(u.week, 0), 2) AS answer_rate_7_days_percent,
  coalesce(u.this_month, 0) AS total_cost_this_month, coalesce(u.last_month, 0) AS total_cost_last_month,
  (SELECT max(d.day) FROM vobiz.usage_days d WHERE d.account_id = a.auth_id) AS last_call_day, a.created_at
FROM vobiz.accounts a
LEFT JOIN vobiz.pricing_tiers t ON t.id = a.pricing_tier_id
LEFT JOIN vobiz_bi.wallet_runway w ON w.account_id = a.auth_id
LEFT JOIN LATERAL (
  SELECT sum(d.attempts) FILTER (WHERE d.day = n.today) AS today,
    sum(d.attempts) FILTER (WHERE d.day BETWEEN n.today - 7 AND n.today - 1) AS week,
    sum(d.answered) FILTER (WHERE d.day BETWEEN n.today - 7 AND n.today - 1) AS week_answered,
    sum(d.total_cost) FILTER (WHERE d.day >= n.month AND coalesce(nullif(d.currency, ''), 'XXX') = w.currency) AS this_month,
    sum(d.total_cost) FILTER (WHERE d.day < n.month AND d.day >= n.month - interval '1 month'
      AND coalesce(nullif(d.currency, ''), 'XXX') = w.currency) AS last_month
  FROM (SELECT vobiz.billing_day(now()) AS today, date_trunc('month', vobiz.billing_day(now()))::date AS month) n
  JOIN vobiz.usage_days d ON d.account_id = a.auth_id AND d.day >= n.month - interval '1 month') u ON true
WHERE a.removed_at IS NULL;
COMMENT ON VIEW vobiz_bi.account_overview IS 'one line a customer: who it is, its wallet, its traffic';
COMMENT ON COLUMN vobiz_bi.account_overview.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_bi.account_overview.account_id IS 'auth_id of the customer';
COMMENT ON COLUMN vobiz_bi.account_overview.account_name IS 'customer''s display name';
COMMENT ON COLUMN vobiz_bi.account_overview.company IS 'registered company name';
COMMENT ON COLUMN vobiz_bi.account_overview.is_active IS 'whether the account is active';
COMMENT ON COLUMN vobiz_bi.account_overview.is_postpaid IS 'billed afterwards';
COMMENT ON COLUMN vobiz_bi.account_overview.kyc_status IS 'state of the know-your-customer check';
COMMENT ON COLUMN vobiz_bi.account_overview.pricing_tier_name IS 'name of the price list';
COMMENT ON COLUMN vobiz_bi.account_overview.rate_per_minute IS 'of the price list, in tier_currency';
COMMENT ON COLUMN vobiz_bi.account_overview.tier_currency IS 'ISO 4217 code of the price list';
COMMENT ON COLUMN vobiz_bi.account_overview.currency IS 'ISO 4217 code of the wallet and of the costs beside it; XXX where nobody states one';
COMMENT ON COLUMN vobiz_bi.account_overview.balance IS 'the wallet as last read, in currency';
COMMENT ON COLUMN vobiz_bi.account_overview.runway_days IS 'days it lasts at the pace of the last 7';
COMMENT ON COLUMN vobiz_bi.account_overview.numbers_held IS 'telephone numbers the customer has now';
COMMENT ON COLUMN vobiz_bi.account_overview.attempts_today IS 'calls of this billing day so far';
COMMENT ON COLUMN vobiz_bi.account_overview.attempts_7_days IS 'calls of the last 7 whole billing days';
COMMENT ON COLUMN vobiz_bi.account_overview.answer_rate_7_days_percent IS 'answered / attempts of these';
COMMENT ON COLUMN vobiz_bi.account_overview.total_cost_this_month IS 'of calls of this billing month so far, in currency';
COMMENT ON COLUMN vobiz_bi.account_overview.total_cost_last_month IS 'of calls of the last billing month, in currency';
COMMENT ON COLUMN vobiz_bi.account_overview.last_call_day IS 'billing day of the last call';
COMMENT ON COLUMN vobiz_bi.account_overview.created_at IS 'when the provider created the account';

CREATE VIEW vobiz_bi.account_statement_monthly AS
WITH today AS MATERIALIZED (
  SELECT vobiz.billing_day(now()) AS day, s.settle FROM vobiz.settings s
), wallets AS (
  SELECT partner_id, account_id, currency, min(day) AS first_day FROM (
    SELECT partner_id, account_id, coalesce(nullif(currency, ''), 'XXX') AS currency, day FROM vobiz.ledger_days
    UNION ALL
    SELECT partner_id, auth_id, currency, vobiz.billing_day(captured_at) FROM vobiz.account_balances) d
  GROUP BY partner_id, account_id, currency
), months AS (
  SELECT w.partner_id, w.account_id, w.currency, m::date AS month, (m + interval '1 month')::date AS next_month
  FROM wallets w CROSS JOIN today t CROSS JOIN LATERAL generate_series(
    date_trunc('month', w.first_day::timestamp), date_trunc('month', t.day::timestamp), interval '1 month') m
), kinds AS (
  SELECT partner_id, account_id, coalesce(nullif(currency, ''), 'XXX') AS currency, date_trunc('month', day)::date AS month,
    reference_type, sum(credit) AS credit, sum(debit) AS debit
  FROM vobiz.ledger_days WHERE status = 'completed'
  GROUP BY 1, 2, 3, 4, 5
), sums AS (
  SELECT partner_id, account_id, currency, month, sum(credit) AS credit, sum(debit) AS debit,
    sum(debit) FILTER (WHERE reference_type IN ('cdr', 'stream_cdr', 'ncc')) AS call_debit,
    sum(debit) FILTER (WHERE reference_type LIKE 'did%') AS number_debit,
    jsonb_object_agg(coalesce(nullif(reference_type, ''), 'none'), debit) FILTER (WHERE debit <> 0) AS debits,
    jsonb_object_agg(coalesce(nullif(reference_type, ''), 'none'), credit) FILTER (WHERE credit <> 0) AS credits
  FROM kinds GROUP BY partner_id, account_id, currency, month
)
SELECT m.partner_id, m.month, m.account_id, a.name AS account_name, m.currency,
  w.opening AS opening_balance, coalesce(s.credit, 0) AS credit, coalesce(s.debit, 0) AS debit,
  coalesce(s.call_debit, 0) AS call_debit, coalesce(s.number_debit, 0) AS number_debit,
  coalesce(s.debit, 0) - coalesce(s.call_debit, 0) - coalesce(s.number_debit, 0) AS other_debit,
  coalesce(s.debits, '{}') AS debits_by_reference_type, coalesce(s.credits, '{}') AS credits_by_reference_type,
  w.closing AS closing_balance,
  w.closing - w.opening - coalesce(s.credit, 0) + coalesce(s.debit, 0) AS unexplained_amount,
  coalesce(j.effect, 0) AS adjustments_after_close, coalesce(j.entries, 0) AS adjusted_entries,
  vobiz.usage_after_close(m.partner_id, m.account_id, m.currency, m.month) AS usage_adjustments_after_close,
  p.unproven AS unproven_windows, p.unproven = 0 AND m.next_month <= t.day AS is_proven
FROM months m CROSS JOIN today t
LEFT JOIN sums s USING (partner_id, account_id, currency, month)
LEFT JOIN vobiz.accounts a ON a.auth_id = m.account_id
CROSS JOIN LATERAL (
  SELECT o.opening, CASE WHEN m.next_month <= t.day THEN vobiz.wallet_at(m.partner_id, m.account_id, m.currency, m.next_month)
    ELSE o.opening + coalesce(s.credit, 0) - coalesce(s.debit, 0) END AS closing
  FROM (SELECT vobiz.wallet_at(m.partner_id, m.account_id, m.currency, m.month) AS opening) o) w
CROSS JOIN LATERAL (SELECT vobiz.unproven_windows(m.partner_id, m.account_id, m.month) AS unproven) p
LEFT JOIN LATERAL (
  SELECT sum(e.effect) AS effect, count(*) AS entries
  FROM vobiz.entries_after_close(m.partner_id, m.account_id, m.month) e WHERE e.currency = m.currency) j ON true;
COMMENT ON VIEW vobiz_bi.account_statement_monthly IS 'the wallet of each customer by billing month, as finance closes it: what is not known is null, never a guess';
COMMENT ON COLUMN vobiz_bi.account_statement_monthly.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_bi.account_statement_monthly.month IS 'first day of the billing month, in settings.timezone';
COMMENT ON COLUMN vobiz_bi.account_statement_monthly.account_id IS 'auth_id of the customer';
COMMENT ON COLUMN vobiz_bi.account_statement_monthly.account_name IS 'customer''s display name';
COMMENT ON COLUMN vobiz_bi.account_statement_monthly.currency IS 'ISO 4217 code of the wallet; XXX where nobody states one';
COMMENT ON COLUMN vobiz_bi.account_statement_monthly.opening_balance IS 'wallet at the start of the month: the balance read next to it, rolled to that instant by the completed ledger entries between (vobiz.wallet_at); null where the ledger is not proven that far';
COMMENT ON COLUMN vobiz_bi.account_statement_monthly.credit IS 'completed credits of the month, by created_at, in currency';
COMMENT ON COLUMN vobiz_bi.account_statement_monthly.debit IS 'completed debits of the month, by created_at, in currency';
COMMENT ON COLUMN vobiz_bi.account_statement_monthly.call_debit IS 'of debit: reference types cdr, stream_cdr and ncc';
COMMENT ON COLUMN vobiz_bi.account_statement_monthly.number_debit IS 'of debit: did_purchase, did_rental and the older number types';
COMMENT ON COLUMN vobiz_bi.account_statement_monthly.other_debit IS 'of debit: all other reference types';
COMMENT ON COLUMN vobiz_bi.account_statement_monthly.debits_by_reference_type IS 'of debit: {reference type: amount}';
COMMENT ON COLUMN vobiz_bi.account_statement_monthly.credits_by_reference_type IS 'of credit: {reference type: amount}';
COMMENT ON COLUMN vobiz_bi.account_statement_monthly.closing_balance IS 'wallet at the end of the month, made like opening_balance; of a month that is not over, opening_balance + credit - debit so far; null where not known';
COMMENT ON COLUMN vobiz_bi.account_statement_monthly.unexplained_amount IS 'closing_balance - opening_balance - credit + debit, in currency: what the wallet moved without a ledger entry; 0 in order, null where a balance is not known';
COMMENT ON COLUMN vobiz_bi.account_statement_monthly.adjustments_after_close IS 'effect on the wallet of entries that were first seen, or changed, after the end of the month plus settings.settle, in currency; it is part of credit and debit';
COMMENT ON COLUMN vobiz_bi.account_statement_monthly.adjusted_entries IS 'how many entries that is';
COMMENT ON COLUMN vobiz_bi.account_statement_monthly.usage_adjustments_after_close IS 'changes of total_cost of calls of the month, seen after the same time, in currency';
COMMENT ON COLUMN vobiz_bi.account_statement_monthly.unproven_windows IS 'UTC days that touch the month and are not proven, calls and ledger counted each';
COMMENT ON COLUMN vobiz_bi.account_statement_monthly.is_proven IS 'whether the month is over and every window of it is proven; otherwise all figures are provisional';

CREATE VIEW vobiz_bi.invoice_lines_monthly AS
WITH usage AS (
  SELECT partner_id, date_trunc('month', day)::date AS month, account_id, coalesce(nullif(currency, ''), 'XXX') AS currency,
    call_direction, context, sum(attempts)::bigint AS calls, sum(billsec) AS billsec, sum(total_cost) AS amount
  FROM vobiz.usage_days GROUP BY 1, 2, 3, 4, 5, 6
), ledger AS (
  SELECT partner_id, date_trunc('month', day)::date AS month, account_id, coalesce(nullif(currency, ''), 'XXX') AS currency,
    reference_type, vobiz.is_credit(type) AS is_credit, sum(entries)::bigint AS entries, sum(debit) - sum(credit) AS amount
  FROM vobiz.ledger_days WHERE status = 'completed' GROUP BY 1, 2, 3, 4, 5, 6
), lines AS (
  SELECT partner_id, month, account_id, 'usage' AS line_kind, nullif(call_direction, '') AS call_direction,
    nullif(context, '') AS product, NULL AS reference_type, calls AS quantity_items,
    round(billsec / 60.0, 2) AS billable_minutes, currency, amount
  FROM usage WHERE calls > 0
  UNION ALL
  SELECT partner_id, month, account_id, 'ledger_difference', NULL, NULL, NULL, NULL, NULL, currency, sum(amount)
  FROM (
    SELECT partner_id, month, account_id, currency, amount FROM ledger
    WHERE NOT is_credit AND reference_type IN ('cdr', 'stream_cdr', 'ncc')
    UNION ALL
    SELECT partner_id, month, account_id, currency, -amount FROM usage) d
  GROUP BY partner_id, month, account_id, currency HAVING sum(amount) <> 0
  UNION ALL
  SELECT partner_id, month, account_id,
    CASE WHEN reference_type IN ('refund', 'manual_adjustment') OR is_credit AND reference_type IN ('cdr', 'stream_cdr', 'ncc')
        THEN 'adjustment'
      WHEN is_credit THEN 'top_up'
      WHEN reference_type = 'did_rental' THEN 'rental'
      WHEN reference_type LIKE 'did%' THEN 'purchase'
      ELSE 'other' END,
    NULL, NULL, nullif(reference_type, ''), sum(entries)::bigint, NULL, currency, sum(amount)
  FROM ledger WHERE is_credit OR reference_type NOT IN ('cdr', 'stream_cdr', 'ncc')
  GROUP BY partner_id, month, account_id, reference_type, is_credit, currency
)
SELECT l.partner_id, l.month, l.account_id, a.name AS account_name, l.line_kind, l.call_direction, l.product, l.reference_type,
  l.quantity_items, l.billable_minutes, l.currency, l.amount
FROM lines l LEFT JOIN vobiz.accounts a ON a.auth_id = l.account_id;
COMMENT ON VIEW vobiz_bi.invoice_lines_monthly IS 'what makes up a month of a customer: the lines of one currency add up to debit - credit of account_statement_monthly';
COMMENT ON COLUMN vobiz_bi.invoice_lines_monthly.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_bi.invoice_lines_monthly.month IS 'first day of the billing month, in settings.timezone';
COMMENT ON COLUMN vobiz_bi.invoice_lines_monthly.account_id IS 'auth_id of the customer';
COMMENT ON COLUMN vobiz_bi.invoice_lines_monthly.account_name IS 'customer''s display name';
COMMENT ON COLUMN vobiz_bi.invoice_lines_monthly.line_kind IS 'usage: calls by direction and product, from the calls; ledger_difference: what the ledger debited for calls beyond that; rental and purchase: numbers; top_up: money in; adjustment: refunds and corrections; other: the rest of the ledger';
COMMENT ON COLUMN vobiz_bi.invoice_lines_monthly.call_direction IS 'of usage: inbound or outbound';
COMMENT ON COLUMN vobiz_bi.invoice_lines_monthly.product IS 'of usage: the context of the calls';
COMMENT ON COLUMN vobiz_bi.invoice_lines_monthly.reference_type IS 'of ledger lines: what the entries are for';
COMMENT ON COLUMN vobiz_bi.invoice_lines_monthly.quantity_items IS 'calls of usage, entries of other lines; null for ledger_difference';
COMMENT ON COLUMN vobiz_bi.invoice_lines_monthly.billable_minutes IS 'of usage: billable seconds / 60';
COMMENT ON COLUMN vobiz_bi.invoice_lines_monthly.currency IS 'ISO 4217 code of amount; XXX where nobody states one';
COMMENT ON COLUMN vobiz_bi.invoice_lines_monthly.amount IS 'charges positive, credits negative, in currency';

CREATE VIEW vobiz_bi.number_inventory AS
SELECT n.partner_id, n.e164, n.account_id, a.name AS account_name, n.status, n.number_type, n.country, n.region, n.is_blocked,
  n.is_trial_number, n.setup_fee, n.monthly_fee, n.currency, n.purchased_at, n.assigned_at,
  (vobiz.billing_day(now()) - vobiz.billing_day(n.assigned_at)) AS held_days, n.next_billing_date AS next_billing_at,
  (vobiz.billing_day(n.purchased_at) + n.minimum_commitment_months * interval '1 month')::date AS commitment_ends_on
FROM vobiz.numbers n LEFT JOIN vobiz.accounts a ON a.auth_id = n.account_id
WHERE n.removed_at IS NULL;
COMMENT ON VIEW vobiz_bi.number_inventory IS 'telephone numbers and who holds them';
COMMENT ON COLUMN vobiz_bi.number_inventory.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_bi.number_inventory.e164 IS 'the number';
COMMENT ON COLUMN vobiz_bi.number_inventory.account_id IS 'auth_id of the customer who holds it; null when nobody does';
COMMENT ON COLUMN vobiz_bi.number_inventory.account_name IS 'customer''s display name';
COMMENT ON COLUMN vobiz_bi.number_inventory.status IS 'the provider''s state of the number';
COMMENT ON COLUMN vobiz_bi.number_inventory.number_type IS 'kind of number';
COMMENT ON COLUMN vobiz_bi.number_inventory.country IS 'country';
COMMENT ON COLUMN vobiz_bi.number_inventory.region IS 'region';
COMMENT ON COLUMN vobiz_bi.number_inventory.is_blocked IS 'whether it is blocked';
COMMENT ON COLUMN vobiz_bi.number_inventory.is_trial_number IS 'whether it is a trial';
COMMENT ON COLUMN vobiz_bi.number_inventory.setup_fee IS 'once, in currency';
COMMENT ON COLUMN vobiz_bi.number_inventory.monthly_fee IS 'each month, in currency';
COMMENT ON COLUMN vobiz_bi.number_inventory.currency IS 'ISO 4217 code of the fees';
COMMENT ON COLUMN vobiz_bi.number_inventory.purchased_at IS 'when it was bought';
COMMENT ON COLUMN vobiz_bi.number_inventory.assigned_at IS 'when the customer got it';
COMMENT ON COLUMN vobiz_bi.number_inventory.held_days IS 'days since then';
COMMENT ON COLUMN vobiz_bi.number_inventory.next_billing_at IS 'when the next rental is due';
COMMENT ON COLUMN vobiz_bi.number_inventory.commitment_ends_on IS 'billing day on which the minimum commitment ends';

CREATE VIEW vobiz_bi.number_renewals AS
SELECT r.partner_id, r.renews_on, r.renews_on - vobiz.billing_day(now()) AS days_until_renewal, r.e164, r.account_id, r.account_name,
  r.monthly_fee, r.currency, w.balance, w.currency AS wallet_currency, r.fees_due_by_then,
  CASE WHEN w.currency = r.currency THEN w.balance >= r.fees_due_by_then END AS is_covered
FROM (
  SELECT n.*, a.name AS account_name, vobiz.billing_day(n.next_billing_date) AS renews_on,
    sum(n.monthly_fee) OVER (PARTITION BY n.account_id, n.currency ORDER BY n.next_billing_date, n.e164) AS fees_due_by_then
  FROM vobiz.numbers n LEFT JOIN vobiz.accounts a ON a.auth_id = n.account_id
  WHERE n.removed_at IS NULL AND n.next_billing_date IS NOT NULL AND n.account_id IS NOT NULL) r
LEFT JOIN vobiz_bi.wallet_runway w ON w.account_id = r.account_id;
COMMENT ON VIEW vobiz_bi.number_renewals IS 'rentals of numbers that fall due, and whether the wallet covers them';
COMMENT ON COLUMN vobiz_bi.number_renewals.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_bi.number_renewals.renews_on IS 'billing day of the next rental';
COMMENT ON COLUMN vobiz_bi.number_renewals.days_until_renewal IS 'from today; negative when it is overdue';
COMMENT ON COLUMN vobiz_bi.number_renewals.e164 IS 'the number';
COMMENT ON COLUMN vobiz_bi.number_renewals.account_id IS 'auth_id of the customer';
COMMENT ON COLUMN vobiz_bi.number_renewals.account_name IS 'customer''s display name';
COMMENT ON COLUMN vobiz_bi.number_renewals.monthly_fee IS 'the rental, in currency';
COMMENT ON COLUMN vobiz_bi.number_renewals.currency IS 'ISO 4217 code of monthly_fee';
COMMENT ON COLUMN vobiz_bi.number_renewals.balance IS 'the customer''s wallet as last read, in wallet_currency';
COMMENT ON COLUMN vobiz_bi.number_renewals.wallet_currency IS 'ISO 4217 code of balance';
COMMENT ON COLUMN vobiz_bi.number_renewals.fees_due_by_then IS 'this rental and the customer''s earlier ones in the same currency, in currency';
COMMENT ON COLUMN vobiz_bi.number_renewals.is_covered IS 'whether the wallet is enough for fees_due_by_then today; null where the currencies differ or nothing is known';

CREATE VIEW vobiz_bi.sync_freshness AS
SELECT s.partner_id, s.stream, s.state, s.synced_through,
  round((extract(epoch FROM now() - (s.synced_through + 1)::timestamp AT TIME ZONE 'UTC') / 3600)::numeric, 1) AS behind_hours,
  s.last_success_at, floor(extract(epoch FROM now() - s.last_success_at))::bigint AS since_success_seconds,
  s.next_due_at, s.consecutive_failures AS failures_in_a_row, s.last_error, w.windows, w.proven_windows, w.open_windows,
  w.mismatch_windows, w.queued_windows,
  (SELECT count(*) FROM vobiz_sync.rejects r
   WHERE (r.partner_id, r.stream) = (s.partner_id, s.stream) AND r.resolved_at IS NULL) AS open_rejects,
  w.mismatch_windows > 0 AS has_mismatch
FROM vobiz_sync.streams s CROSS JOIN LATERAL (
  SELECT count(*) AS windows, count(*) FILTER (WHERE w.state = 'proven') AS proven_windows,
    count(*) FILTER (WHERE w.state = 'open') AS open_windows, count(*) FILTER (WHERE w.state = 'mismatch') AS mismatch_windows,
    count(*) FILTER (WHERE w.queued_at IS NOT NULL OR w.state = 'pending') AS queued_windows
  FROM vobiz_sync.windows w WHERE (w.partner_id, w.stream) = (s.partner_id, s.stream)) w;
COMMENT ON VIEW vobiz_bi.sync_freshness IS 'how fresh each stream is, and whether anything is wrong with it';
COMMENT ON COLUMN vobiz_bi.sync_freshness.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_bi.sync_freshness.stream IS 'name of the stream';
COMMENT ON COLUMN vobiz_bi.sync_freshness.state IS 'how the last cycle ended';
COMMENT ON COLUMN vobiz_bi.sync_freshness.synced_through IS 'newest UTC day up to which every day is proven; null for streams without days';
COMMENT ON COLUMN vobiz_bi.sync_freshness.behind_hours IS 'hours from the end of that UTC day until now';
COMMENT ON COLUMN vobiz_bi.sync_freshness.last_success_at IS 'end of the last cycle that went well';
COMMENT ON COLUMN vobiz_bi.sync_freshness.since_success_seconds IS 'seconds since then';
COMMENT ON COLUMN vobiz_bi.sync_freshness.next_due_at IS 'when the next cycle starts';
COMMENT ON COLUMN vobiz_bi.sync_freshness.failures_in_a_row IS 'cycles that failed since the last good one';
COMMENT ON COLUMN vobiz_bi.sync_freshness.last_error IS 'why the last one failed; null after a good one';
COMMENT ON COLUMN vobiz_bi.sync_freshness.windows IS 'days times scopes';
COMMENT ON COLUMN vobiz_bi.sync_freshness.proven_windows IS 'of these, proven complete';
COMMENT ON COLUMN vobiz_bi.sync_freshness.open_windows IS 'not over, or not read to a proof yet';
COMMENT ON COLUMN vobiz_bi.sync_freshness.mismatch_windows IS 'read, and not equal to the API''s totals';
COMMENT ON COLUMN vobiz_bi.sync_freshness.queued_windows IS 'waiting for backfill';
COMMENT ON COLUMN vobiz_bi.sync_freshness.open_rejects IS 'rows that could not be stored';
COMMENT ON COLUMN vobiz_bi.sync_freshness.has_mismatch IS 'whether any window is a mismatch';

CREATE VIEW vobiz_bi.completeness_calendar AS
WITH counted AS (
  -- A closed global list is no window of the day once the customers' own lists stand in for it; where both were
  -- read, the global one holds all rows.
  SELECT w.*, w.scope = '*' AS is_global,
    bool_or(w.scope = '*' AND w.api_total IS NOT NULL) OVER day AS has_global,
    w.scope = '*' AND (w.state = 'forbidden' OR w.read_at IS NULL) AND bool_or(w.scope <> '*') OVER day AS stands_aside
  FROM vobiz_sync.windows w WINDOW day AS (PARTITION BY w.partner_id, w.stream, w.day)
)
SELECT partner_id, stream, day AS utc_day,
  (ARRAY['forbidden', 'mismatch', 'pending', 'open', 'proven'])[
    min(array_position(ARRAY['forbidden', 'mismatch', 'pending', 'open', 'proven'], state))] AS state,
  count(*) AS scopes, count(*) FILTER (WHERE state = 'proven') AS proven_scopes,
  sum(api_total) FILTER (WHERE is_global OR NOT has_global)::bigint AS api_total_rows,
  sum(rows) FILTER (WHERE is_global OR NOT has_global)::bigint AS stored_rows,
  sum(rejects) FILTER (WHERE is_global OR NOT has_global)::bigint AS rejected_rows,
  sum(api_total - rows - rejects) FILTER (WHERE is_global OR NOT has_global)::bigint AS missing_rows,
  CASE WHEN bool_and(state = 'proven') THEN (ARRAY['walk', 'total', 'total+summary'])[
    min(array_position(ARRAY['walk', 'total', 'total+summary'], proof))] END AS proof,
  CASE WHEN bool_and(state = 'proven') THEN max(proven_at) END AS proven_at,
  max(read_at) AS read_at, min(last_error) AS last_error
FROM counted WHERE NOT stands_aside
GROUP BY partner_id, stream, day;
COMMENT ON VIEW vobiz_bi.completeness_calendar IS 'what is known of each UTC day: the worst of its windows, and the totals they rest on';
COMMENT ON COLUMN vobiz_bi.completeness_calendar.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_bi.completeness_calendar.stream IS 'name of the stream';
COMMENT ON COLUMN vobiz_bi.completeness_calendar.utc_day IS 'UTC day, as the API lists rows; not a billing day';
COMMENT ON COLUMN vobiz_bi.completeness_calendar.state IS 'the worst state of the windows: forbidden, mismatch, pending, open, proven';
COMMENT ON COLUMN vobiz_bi.completeness_calendar.scopes IS 'windows: 1 for the global list, or one a customer';
COMMENT ON COLUMN vobiz_bi.completeness_calendar.proven_scopes IS 'of these, proven';
COMMENT ON COLUMN vobiz_bi.completeness_calendar.api_total_rows IS 'rows the API counts';
COMMENT ON COLUMN vobiz_bi.completeness_calendar.stored_rows IS 'rows stored and listed';
COMMENT ON COLUMN vobiz_bi.completeness_calendar.rejected_rows IS 'rows that could not be stored; they count towards the total';
COMMENT ON COLUMN vobiz_bi.completeness_calendar.missing_rows IS 'api_total_rows - stored_rows - rejected_rows';
COMMENT ON COLUMN vobiz_bi.completeness_calendar.proof IS 'what the weakest proof rests on: walk, total, total+summary; null unless all are proven';
COMMENT ON COLUMN vobiz_bi.completeness_calendar.proven_at IS 'when the last of the proofs was made; null unless all are proven';
COMMENT ON COLUMN vobiz_bi.completeness_calendar.read_at IS 'when the day was last looked at';
COMMENT ON COLUMN vobiz_bi.completeness_calendar.last_error IS 'why a window is not proven';
