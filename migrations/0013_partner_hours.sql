-- Hours of a whole partner: what dashboards show of all customers, which took up to half a second to add up from the
-- quarters of an hour of each.

-- Stored and marked as the days are (0007): a mark of any customer's calls on a day is a mark of its hours.
CREATE TABLE vobiz_sync.usage_hours (
  partner_id     text NOT NULL,
  day            date NOT NULL,
  hour           timestamptz NOT NULL,
  call_direction text NOT NULL,
  currency       text NOT NULL,
  attempts       bigint NOT NULL,
  answered       bigint NOT NULL,
  billsec        bigint NOT NULL,
  total_cost     numeric NOT NULL,
  PRIMARY KEY (day, hour, call_direction, currency, partner_id)
);
COMMENT ON TABLE vobiz_sync.usage_hours IS 'usage_buckets of all customers of a partner added up by hour; without the days that rollup_marks marks: ask vobiz.usage_hours';
COMMENT ON COLUMN vobiz_sync.usage_hours.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_sync.usage_hours.day IS 'billing day, see settings.timezone';
COMMENT ON COLUMN vobiz_sync.usage_hours.hour IS 'start of the hour, on the clock of settings.timezone';
COMMENT ON COLUMN vobiz_sync.usage_hours.call_direction IS 'inbound or outbound; empty where the calls state none';
COMMENT ON COLUMN vobiz_sync.usage_hours.currency IS 'ISO 4217 code of the costs; empty where the calls state none';
COMMENT ON COLUMN vobiz_sync.usage_hours.attempts IS 'calls by their start_time';
COMMENT ON COLUMN vobiz_sync.usage_hours.answered IS 'of these, with billsec above 0';
COMMENT ON COLUMN vobiz_sync.usage_hours.billsec IS 'billable seconds';
COMMENT ON COLUMN vobiz_sync.usage_hours.total_cost IS 'sum of total_cost, in currency';

-- A clock that is moved by less than an hour has hours of which one day holds a part, so buckets tell the day; their
-- hours only find them, by the index that there is.
CREATE FUNCTION vobiz_sync.hours_of_day(of_partner text, of_day date)
  RETURNS SETOF vobiz_sync.usage_hours LANGUAGE sql STABLE ROWS 100 AS $$
  WITH edges AS MATERIALIZED (
    SELECT vobiz.billing_day_start(of_day) AS from_time, vobiz.billing_day_start(of_day + 1) AS to_time
  )
  SELECT of_partner, of_day, b.hour, b.call_direction, b.currency, sum(b.attempts)::bigint, sum(b.answered)::bigint,
    sum(b.billsec)::bigint, sum(b.total_cost)
  FROM edges e JOIN vobiz.usage_buckets b ON b.hour > e.from_time - interval '1 hour' AND b.hour < e.to_time
    AND b.bucket_start >= e.from_time AND b.bucket_start < e.to_time
  WHERE b.partner_id = of_partner
  GROUP BY b.hour, b.call_direction, b.currency
$$;
COMMENT ON FUNCTION vobiz_sync.hours_of_day(text, date) IS 'usage_buckets of one partner and billing day added up by hour';

CREATE VIEW vobiz.usage_hours AS
  SELECT s.* FROM vobiz_sync.usage_hours s
  WHERE NOT EXISTS (SELECT FROM vobiz_sync.rollup_marks m
    WHERE (m.partner_id, m.day, m.rollup) = (s.partner_id, s.day, 'calls'))
  UNION ALL
  SELECT m.partner_id, m.day, f.hour, f.call_direction, f.currency, f.attempts, f.answered, f.billsec, f.total_cost
  FROM (SELECT DISTINCT partner_id, day FROM vobiz_sync.rollup_marks WHERE rollup = 'calls') m
  CROSS JOIN LATERAL vobiz_sync.hours_of_day(m.partner_id, m.day) f;
COMMENT ON VIEW vobiz.usage_hours IS 'calls of a whole partner by hour, exact at any time; with a range of days, only these are looked at';
COMMENT ON COLUMN vobiz.usage_hours.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz.usage_hours.day IS 'billing day, see settings.timezone';
COMMENT ON COLUMN vobiz.usage_hours.hour IS 'start of the hour, on the clock of settings.timezone';
COMMENT ON COLUMN vobiz.usage_hours.call_direction IS 'inbound or outbound; empty where the calls state none';
COMMENT ON COLUMN vobiz.usage_hours.currency IS 'ISO 4217 code of the costs; empty where the calls state none';
COMMENT ON COLUMN vobiz.usage_hours.attempts IS 'calls by their start_time';
COMMENT ON COLUMN vobiz.usage_hours.answered IS 'of these, with billsec above 0';
COMMENT ON COLUMN vobiz.usage_hours.billsec IS 'billable seconds';
COMMENT ON COLUMN vobiz.usage_hours.total_cost IS 'sum of total_cost, in currency';

-- Nobody changes a bucket or takes a mark away while the hours that are there already are added up.
SELECT pg_advisory_xact_lock(hashtextextended('vobiz rollups', 0));
INSERT INTO vobiz_sync.usage_hours
  SELECT b.partner_id, vobiz.billing_day(b.bucket_start), b.hour, b.call_direction, b.currency, sum(b.attempts), sum(b.answered),
    sum(b.billsec), sum(b.total_cost)
  FROM vobiz.usage_buckets b GROUP BY 1, 2, 3, 4, 5;

-- Which polls a wallet was read by, as balance_roll asks each day: all runs were read for it.
CREATE INDEX runs_finished ON vobiz_sync.runs (partner_id, stream, finished_at);

-- As in 0007, and the hours of the day.
CREATE OR REPLACE FUNCTION vobiz_sync.store_marked_day(of_partner text) RETURNS date
  LANGUAGE plpgsql SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
AS $$
DECLARE
  marked record;
  calls_accounts text[];
  ledger_accounts text[];
  swept boolean;
BEGIN
  SELECT max(m.day) AS day INTO marked FROM vobiz_sync.rollup_marks m
  WHERE m.partner_id = of_partner AND (m.rollup <> 'concurrency' OR m.day < vobiz.billing_day(now()));
  IF marked.day IS NULL THEN
    RETURN NULL;
  END IF;
  PERFORM vobiz_sync.lock_days('calls', ARRAY[of_partner], ARRAY[vobiz.billing_day_start(marked.day)]);
  PERFORM vobiz_sync.lock_days('ledger', ARRAY[of_partner], ARRAY[vobiz.billing_day_start(marked.day)]);
  WITH taken AS (
    DELETE FROM vobiz_sync.rollup_marks m
    WHERE m.partner_id = of_partner AND m.day = marked.day
      AND (m.rollup <> 'concurrency' OR m.day < vobiz.billing_day(now()))
    RETURNING m.rollup, m.account_id)
  SELECT array_agg(t.account_id) FILTER (WHERE t.rollup = 'calls'),
    array_agg(t.account_id) FILTER (WHERE t.rollup = 'ledger'), bool_or(t.rollup = 'concurrency')
  INTO calls_accounts, ledger_accounts, swept FROM taken t;

  WITH k AS MATERIALIZED (
    SELECT of_partner AS partner_id, marked.day AS day, u.account_id
    FROM unnest(calls_accounts) AS u(account_id)
  ), fresh AS MATERIALIZED (
    SELECT f.* FROM k CROSS JOIN LATERAL vobiz_sync.usage_of_day(k.partner_id, k.day, k.account_id) f
  ), stored AS MATERIALIZED (
    SELECT t.* FROM k JOIN vobiz_sync.usage_days t USING (partner_id, account_id, day)
  ), emptied AS (
    DELETE FROM vobiz_sync.usage_days t USING (
      SELECT account_id, day, call_direction, context, currency, partner_id FROM stored EXCEPT SELECT account_id, day, call_direction, context, currency, partner_id FROM fresh) e
    WHERE (t.account_id, t.day, t.call_direction, t.context, t.currency, t.partner_id)
      = (e.account_id, e.day, e.call_direction, e.context, e.currency, e.partner_id)
  )
  INSERT INTO vobiz_sync.usage_days SELECT * FROM (SELECT * FROM fresh EXCEPT SELECT * FROM stored) d
  ON CONFLICT (account_id, day, call_direction, context, currency, partner_id) DO UPDATE SET
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
    SELECT of_partner AS partner_id, marked.day AS day, u.account_id
    FROM unnest(calls_accounts) AS u(account_id)
  ), fresh AS MATERIALIZED (
    SELECT f.* FROM k CROSS JOIN LATERAL vobiz_sync.hangups_of_day(k.partner_id, k.day, k.account_id) f
  ), stored AS MATERIALIZED (
    SELECT t.* FROM k JOIN vobiz_sync.hangup_days t USING (partner_id, account_id, day)
  ), emptied AS (
    DELETE FROM vobiz_sync.hangup_days t USING (
      SELECT account_id, day, call_direction, hangup_cause, partner_id FROM stored EXCEPT SELECT account_id, day, call_direction, hangup_cause, partner_id FROM fresh) e
    WHERE (t.account_id, t.day, t.call_direction, t.hangup_cause, t.partner_id)
      = (e.account_id, e.day, e.call_direction, e.hangup_cause, e.partner_id)
  )
  INSERT INTO vobiz_sync.hangup_days SELECT * FROM (SELECT * FROM fresh EXCEPT SELECT * FROM stored) d
  ON CONFLICT (account_id, day, call_direction, hangup_cause, partner_id) DO UPDATE SET
      attempts = excluded.attempts,
      answered = excluded.answered;
  -- Of the whole day again: which hours a change has touched is not marked.
  IF calls_accounts IS NOT NULL THEN
    WITH fresh AS MATERIALIZED (
      SELECT f.* FROM vobiz_sync.hours_of_day(of_partner, marked.day) f
    ), stored AS MATERIALIZED (
      SELECT t.* FROM vobiz_sync.usage_hours t WHERE t.partner_id = of_partner AND t.day = marked.day
    ), emptied AS (
      DELETE FROM vobiz_sync.usage_hours t USING (
        SELECT day, hour, call_direction, currency, partner_id FROM stored EXCEPT SELECT day, hour, call_direction, currency, partner_id FROM fresh) e
      WHERE (t.day, t.hour, t.call_direction, t.currency, t.partner_id)
        = (e.day, e.hour, e.call_direction, e.currency, e.partner_id)
    )
    INSERT INTO vobiz_sync.usage_hours SELECT * FROM (SELECT * FROM fresh EXCEPT SELECT * FROM stored) d
    ON CONFLICT (day, hour, call_direction, currency, partner_id) DO UPDATE SET
      attempts = excluded.attempts,
      answered = excluded.answered,
      billsec = excluded.billsec,
      total_cost = excluded.total_cost;
  END IF;
  WITH k AS MATERIALIZED (
    SELECT of_partner AS partner_id, marked.day AS day, u.account_id
    FROM unnest(ledger_accounts) AS u(account_id)
  ), fresh AS MATERIALIZED (
    SELECT f.* FROM k CROSS JOIN LATERAL vobiz_sync.ledger_of_day(k.partner_id, k.day, k.account_id) f
  ), stored AS MATERIALIZED (
    SELECT t.* FROM k JOIN vobiz_sync.ledger_days t USING (partner_id, account_id, day)
  ), emptied AS (
    DELETE FROM vobiz_sync.ledger_days t USING (
      SELECT account_id, day, currency, type, reference_type, status, partner_id FROM stored EXCEPT SELECT account_id, day, currency, type, reference_type, status, partner_id FROM fresh) e
    WHERE (t.account_id, t.day, t.currency, t.type, t.reference_type, t.status, t.partner_id)
      = (e.account_id, e.day, e.currency, e.type, e.reference_type, e.status, e.partner_id)
  )
  INSERT INTO vobiz_sync.ledger_days SELECT * FROM (SELECT * FROM fresh EXCEPT SELECT * FROM stored) d
  ON CONFLICT (account_id, day, currency, type, reference_type, status, partner_id) DO UPDATE SET
      entries = excluded.entries,
      amount = excluded.amount,
      credit = excluded.credit,
      debit = excluded.debit,
      first_seen_from = excluded.first_seen_from,
      first_seen_to = excluded.first_seen_to;

  IF swept THEN
    WITH fresh AS MATERIALIZED (
      SELECT of_partner AS partner_id, p.account_id, marked.day AS day, p.peak_calls, p.peak_at
      FROM vobiz_sync.peak_concurrency(of_partner, marked.day) p
    ), emptied AS (
      DELETE FROM vobiz_sync.concurrency_days d
      WHERE d.partner_id = of_partner AND d.day = marked.day
        AND NOT EXISTS (SELECT FROM fresh f WHERE f.account_id = d.account_id))
    INSERT INTO vobiz_sync.concurrency_days SELECT * FROM (
      SELECT * FROM fresh EXCEPT
      SELECT * FROM vobiz_sync.concurrency_days d WHERE d.partner_id = of_partner AND d.day = marked.day) changed
    ON CONFLICT (partner_id, day, account_id) DO UPDATE
      SET peak_calls = excluded.peak_calls, peak_at = excluded.peak_at;
  END IF;
  RETURN marked.day;
END
$$;

-- As in 0010, and the hours of all days.
CREATE OR REPLACE FUNCTION vobiz_sync.rebuild_rollups(new_zone text) RETURNS bigint
  LANGUAGE plpgsql SET TimeZone = 'UTC' SET jit = off AS $$
DECLARE
  part record;
  kept_from timestamptz := coalesce(vobiz_sync.calls_kept_from(), '-infinity');
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('vobiz rollups', 0));
  UPDATE vobiz.settings SET timezone = new_zone WHERE timezone <> new_zone;
  DELETE FROM vobiz.usage_buckets WHERE bucket_start >= kept_from;
  UPDATE vobiz.usage_buckets SET hour = date_trunc('hour', bucket_start, new_zone)
    WHERE hour <> date_trunc('hour', bucket_start, new_zone);
  DELETE FROM vobiz.hangup_buckets WHERE bucket_start >= kept_from;
  DELETE FROM vobiz.ledger_buckets;
  DELETE FROM vobiz_sync.usage_days;
  DELETE FROM vobiz_sync.usage_hours;
  DELETE FROM vobiz_sync.hangup_days;
  DELETE FROM vobiz_sync.ledger_days;
  DELETE FROM vobiz_sync.concurrency_days
    WHERE kept_from = '-infinity' OR vobiz.billing_day_start(day) >= kept_from;
  DELETE FROM vobiz_sync.rollup_marks;
  FOR part IN
    SELECT array_agg(k.partner_id) AS partners, array_agg(k.account_id) AS accounts, array_agg(k.month) AS starts,
      array_agg(k.month + interval '1 month') AS ends
    FROM (SELECT DISTINCT partner_id, account_id, date_trunc('month', start_time, 'UTC') AS month
          FROM vobiz.cdrs WHERE removed_at IS NULL) k
    GROUP BY k.month
  LOOP
    PERFORM vobiz_sync.refresh_calls(part.partners, part.accounts, part.starts, part.ends, new_zone);
  END LOOP;
  FOR part IN
    SELECT array_agg(k.partner_id) AS partners, array_agg(k.account_id) AS accounts, array_agg(k.month) AS starts,
      array_agg(k.month + interval '1 month') AS ends
    FROM (SELECT DISTINCT partner_id, account_id,
            date_trunc('month', vobiz_sync.entry_time(created_at, processed_at, window_day), 'UTC') AS month
          FROM vobiz.transactions WHERE removed_at IS NULL) k
    GROUP BY k.month
  LOOP
    PERFORM vobiz_sync.refresh_ledger(part.partners, part.accounts, part.starts, part.ends);
  END LOOP;
  INSERT INTO vobiz_sync.rollup_marks
    SELECT DISTINCT b.partner_id, (b.bucket_start AT TIME ZONE new_zone)::date, 'calls', b.account_id
    FROM vobiz.usage_buckets b
    UNION SELECT DISTINCT b.partner_id, (b.bucket_start AT TIME ZONE new_zone)::date, 'ledger', b.account_id
    FROM vobiz.ledger_buckets b;
  INSERT INTO vobiz_sync.rollup_marks
    SELECT DISTINCT m.partner_id, m.day + reach, 'concurrency', '*'
    FROM vobiz_sync.rollup_marks m CROSS JOIN generate_series(0, 1) AS reach
    WHERE m.rollup = 'calls' AND (kept_from = '-infinity' OR vobiz.billing_day_start(m.day + reach) >= kept_from)
  ON CONFLICT DO NOTHING;
  FOR part IN SELECT DISTINCT m.partner_id FROM vobiz_sync.rollup_marks m LOOP
    WHILE vobiz_sync.store_marked_day(part.partner_id) IS NOT NULL LOOP
    END LOOP;
  END LOOP;
  RETURN (SELECT count(*) FROM vobiz.usage_buckets) + (SELECT count(*) FROM vobiz.hangup_buckets)
    + (SELECT count(*) FROM vobiz.ledger_buckets) + (SELECT count(*) FROM vobiz_sync.usage_days)
    + (SELECT count(*) FROM vobiz_sync.usage_hours)
    + (SELECT count(*) FROM vobiz_sync.hangup_days) + (SELECT count(*) FROM vobiz_sync.ledger_days)
    + (SELECT count(*) FROM vobiz_sync.concurrency_days);
END
$$;
