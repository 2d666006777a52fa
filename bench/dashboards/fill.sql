-- Fills a partner with :accounts accounts, :calls calls of :days days, and the ledger of :ledger_days and check results
-- of :judged_days. Values depend on the row number only, and no check finds a break in them.
\set partner '''PA_BENCH'''

INSERT INTO vobiz.partners (partner_id, auth_id, name, currency) VALUES (:partner, :partner, 'Example Traders', 'INR');
INSERT INTO vobiz.pricing_tiers (partner_id, id, name, currency, rate_per_minute, streaming_rate_per_minute)
  VALUES (:partner, 'tier', 'Standard', 'INR', 0.6, 0.12), (:partner, 'tier-usd', 'Abroad', 'USD', 0.02, 0.004);
INSERT INTO vobiz.accounts (partner_id, auth_id, name, pricing_tier_id, currency, postpaid, cash_credits,
    concurrent_calls_limit, is_active, created_at)
  SELECT :partner, 'MA_' || lpad(n::text, 6, '0'), 'Example Traders ' || n,
    CASE WHEN n % 10 = 0 THEN 'tier-usd' ELSE 'tier' END, CASE WHEN n % 10 = 0 THEN 'USD' ELSE 'INR' END,
    n % 7 = 0, 100 + n, 30, true, now() - interval '1 year'
  FROM generate_series(1, :accounts) n;
INSERT INTO vobiz.numbers (partner_id, e164, account_id, country, status, number_type, monthly_fee, setup_fee, currency,
    purchased_at, assigned_at, next_billing_date)
  SELECT :partner, '+9198765' || lpad(n::text, 5, '0'),
    CASE WHEN n % 20 > 0 THEN 'MA_' || lpad((1 + n % :accounts)::text, 6, '0') END,
    'IN', 'active', CASE WHEN n % 3 = 0 THEN 'mobile' ELSE 'local' END, 250, 0, 'INR', now() - interval '200 days',
    now() - (n % 200) * interval '1 day', now() + (n % 30) * interval '1 day'
  FROM generate_series(1, :accounts * 10) n;

-- Made again when the rows are there: a third of the time.
CREATE TEMPORARY TABLE made_later AS
  SELECT indexname, replace(indexdef, ' ON ONLY ', ' ON ') AS text FROM pg_indexes
  WHERE schemaname = 'vobiz' AND tablename IN ('cdrs', 'transactions') AND indexname NOT LIKE '%pkey';
SELECT format('DROP INDEX vobiz.%I', indexname) FROM made_later \gexec
SELECT vobiz_sync.ensure_cdr_partitions((now() - :days * interval '1 day')::date, now()::date + 1);
ALTER TABLE vobiz.cdrs DISABLE TRIGGER USER;
ALTER TABLE vobiz.transactions DISABLE TRIGGER USER;

-- A number from 0 to 1 that depends on the arguments only.
CREATE FUNCTION pg_temp.dice(n bigint, throw bigint) RETURNS double precision LANGUAGE sql IMMUTABLE
  AS $$ SELECT (hashint8extended(n, throw) & 1048575) / 1048576.0 $$;
SELECT vobiz.billing_day_start(vobiz.billing_day(now())) AS today \gset
-- Most calls belong to the first accounts and to working hours.
INSERT INTO vobiz.cdrs (partner_id, account_id, uuid, start_time, call_direction, caller_id_number, destination_number,
    duration, billsec, answer_time, end_time, cost, streaming_cost, total_cost, currency, hangup_cause, mos, jitter,
    packet_loss, context, window_day)
  SELECT :partner, 'MA_' || lpad(customer::text, 6, '0'), md5(n::text)::uuid, at, direction,
    CASE direction WHEN 'inbound' THEN remote ELSE own END, CASE direction WHEN 'inbound' THEN own ELSE remote END,
    12 + billsec, billsec,
    CASE WHEN billsec > 0 THEN at + interval '12 seconds' END, at + (12 + billsec) * interval '1 second',
    round(billsec * rate, 5), CASE WHEN n % 7 = 0 THEN round(billsec * rate / 5, 5) ELSE 0 END,
    round(billsec * rate, 5) + CASE WHEN n % 7 = 0 THEN round(billsec * rate / 5, 5) ELSE 0 END,
    CASE WHEN customer % 10 = 0 THEN 'USD' ELSE 'INR' END,
    CASE WHEN billsec > 0 THEN 'NORMAL_CLEARING'
      ELSE (ARRAY['NO_ANSWER', 'USER_BUSY', 'CALL_REJECTED', 'ORIGINATOR_CANCEL',
        'NORMAL_TEMPORARY_FAILURE'])[1 + n % 5] END,
    CASE WHEN billsec > 0 THEN 3.2 + n % 13 * 0.1 END, CASE WHEN billsec > 0 THEN n % 30 END,
    CASE WHEN billsec > 0 THEN n % 4 * 0.1 END,
    CASE WHEN n % 7 = 0 THEN 'voice_api' ELSE 'sip_trunking' END, (at AT TIME ZONE 'UTC')::date
  FROM (
    SELECT n, 1 + floor(:accounts * power(pg_temp.dice(n, 1), 2))::integer AS customer,
      CASE WHEN pg_temp.dice(n, 2) < 0.62 THEN 5 + floor(240 * pg_temp.dice(n, 3))::integer ELSE 0 END AS billsec,
      -- Start times have a peak around 14:00 in the time zone of the billing days.
      :'today'::timestamptz - floor(:days * pg_temp.dice(n, 4)) * interval '1 day'
        + ((pg_temp.dice(n, 5) + pg_temp.dice(n, 6)) * 32400 + 16200) * interval '1 second' AS at
    FROM generate_series(1::bigint, :calls) n) c
  CROSS JOIN LATERAL (
    SELECT CASE WHEN pg_temp.dice(n, 7) < 0.25 THEN 'inbound' ELSE 'outbound' END AS direction,
      -- Of the customer's numbers, if somebody holds it.
      '9198765' || lpad((customer - 1 + :accounts * (1 + n % 9))::text, 5, '0') AS own,
      '9198766' || lpad((n % 90000 + 10000)::text, 5, '0') AS remote,
      CASE WHEN customer % 10 = 0 THEN 0.02 ELSE 0.6 END / 60 AS rate) d
  WHERE at < now() - interval '10 minutes';

INSERT INTO vobiz.transactions (partner_id, id, account_id, type, amount, currency, reference, reference_type, status,
    created_at, window_day)
  SELECT partner_id, 'T' || uuid, account_id, 'debit', total_cost, currency, 'cdr:' || uuid, 'cdr', 'completed',
    end_time, window_day
  FROM vobiz.cdrs WHERE total_cost > 0 AND start_time > now() - :ledger_days * interval '1 day';
INSERT INTO vobiz.transactions (partner_id, id, account_id, type, amount, currency, reference, reference_type, status,
    created_at, window_day)
  SELECT a.partner_id, 'P' || a.auth_id || d::date, a.auth_id, kind, 250, a.currency, NULL, of, 'completed', d, d::date
  FROM vobiz.accounts a, generate_series(now() - :ledger_days * interval '1 day', now(), interval '3 days') d,
    (VALUES ('credit', 'payment')) v(kind, of)
  UNION ALL
  SELECT partner_id, 'N' || e164 || at::date, account_id, 'debit', monthly_fee, currency, substring(e164 FROM 2),
    'did_rental', 'completed', at, at::date
  FROM vobiz.numbers,
    generate_series(now() - interval '10 days', now() - :ledger_days * interval '1 day', interval '-30 days') at
  WHERE account_id IS NOT NULL;
-- Wallets as polled every five minutes: a balance for each change, computed from the ledger.
INSERT INTO vobiz.account_balances (partner_id, auth_id, currency, captured_at, cash_credits)
  SELECT partner_id, account_id, currency, polled + interval '2 seconds',
    5000 + sum(moved) OVER (PARTITION BY account_id, currency ORDER BY polled)
  FROM (
    SELECT partner_id, account_id, currency,
      to_timestamp(ceil(extract(epoch FROM created_at) / 300)::double precision * 300) AS polled,
      sum(CASE WHEN vobiz.is_credit(type) THEN amount ELSE -amount END) AS moved
    FROM vobiz.transactions GROUP BY 1, 2, 3, 4) m;
SET maintenance_work_mem = '512MB';
SELECT text FROM made_later ORDER BY indexname \gexec
ANALYZE vobiz.cdrs, vobiz.transactions;
ALTER TABLE vobiz.cdrs ENABLE TRIGGER USER;
ALTER TABLE vobiz.transactions ENABLE TRIGGER USER;

INSERT INTO vobiz_sync.streams (partner_id, stream, state, start_date, synced_through, last_attempt_at,
    last_success_at, next_due_at)
  SELECT :partner, s, 'ok', now()::date - :days,
    CASE WHEN s IN ('cdrs', 'transactions') THEN now()::date - 1 END, now(), now(),
    now() + interval '1 minute'
  FROM unnest(ARRAY['profile', 'accounts', 'balances', 'numbers', 'dashboard', 'transactions', 'cdrs', 'analytics']) s;
-- The windows of a year, or of all days if there are more.
INSERT INTO vobiz_sync.windows (partner_id, stream, scope, day, state, proof, api_total, rows, requests, attempts,
    read_at, proven_at)
  SELECT :partner, s, '*', now()::date - n, CASE WHEN n = 0 THEN 'open' ELSE 'proven' END, 'total+summary', 100000,
    100000, 1000, 1, now(), CASE WHEN n > 0 THEN now() END
  FROM unnest(ARRAY['transactions', 'cdrs', 'analytics']) s, generate_series(0, greatest(364, :days)) n;
INSERT INTO vobiz.analytics_daily (partner_id, day, total_calls, answered_calls, total_duration_seconds,
    total_minutes, total_cost, currency)
  SELECT partner_id, window_day, count(*), count(*) FILTER (WHERE billsec > 0), sum(billsec), sum(billsec) / 60.0,
    sum(total_cost) FILTER (WHERE currency = 'INR'), 'INR'
  FROM vobiz.cdrs GROUP BY 1, 2;
INSERT INTO vobiz_sync.runs (partner_id, stream, command, started_at, finished_at, outcome, windows, proven, requests,
    rows_read, inserted, unchanged)
  SELECT :partner, s, 'run', at, at + interval '5 seconds', CASE WHEN n % 500 = 0 THEN 'failed' ELSE 'ok' END, 3, 1, 8,
    800, 300, 500
  FROM unnest(ARRAY['accounts', 'balances', 'numbers', 'dashboard', 'transactions', 'cdrs', 'analytics']) s,
    generate_series(1, 90 * 288) n,
    LATERAL (SELECT to_timestamp((floor(extract(epoch FROM now()) / 300) - n)::double precision * 300) AS at) t;
INSERT INTO vobiz.adjustments (partner_id, stream, account_id, row_key, window_day, column_name, old_value, new_value,
    difference, currency, seen_at)
  SELECT partner_id, 'cdrs', account_id, uuid::text, window_day, 'total_cost', '1', total_cost::text, total_cost - 1,
    currency, end_time + interval '2 days'
  FROM vobiz.cdrs WHERE get_byte(uuid_send(uuid), 0) = 0 AND start_time < now() - interval '2 days';

-- Each billing day is checked in the seven nights after it, then weekly until it is five weeks old.
INSERT INTO vobiz.reconciliation_runs (partner_id, command, due_at, started_at, finished_at, first_day, last_day)
  SELECT :partner, 'nightly', at, at, at + interval '5 minutes',
    at::date - CASE WHEN n % 7 = 0 THEN 35 ELSE 7 END, at::date - 1
  FROM generate_series(:judged_days, 1, -1) n, LATERAL (SELECT now() - n * interval '1 day' AS at) t;
INSERT INTO vobiz.reconciliation_results (run_id, partner_id, billing_day, check_name, account_id, currency, status,
    expected, actual, difference, tolerance, rows, rule_version, judged_at)
  SELECT r.id, r.partner_id, d::date, c.name, a.auth_id, a.currency,
    CASE WHEN (r.id + a.n) % 900 = 0 THEN 'break' ELSE 'ok' END,
    10, 10, 0, 0.01, 500, 1, r.started_at
  FROM vobiz.reconciliation_runs r
  CROSS JOIN LATERAL generate_series(r.first_day::timestamp, r.last_day, interval '1 day') d
  CROSS JOIN (VALUES ('call_charge'), ('double_charge'), ('usage_day'), ('balance_roll'), ('cdr_arithmetic'),
    ('unrated'), ('rate_drift')) c(name)
  CROSS JOIN (SELECT auth_id, currency, row_number() OVER (ORDER BY auth_id) AS n FROM vobiz.accounts) a;
INSERT INTO vobiz.reconciliation_results (run_id, partner_id, billing_day, check_name, account_id, currency, status,
    rows, rule_version)
  SELECT r.id, r.partner_id, d::date, c, '*', '*', 'ok', 500, 1
  FROM vobiz.reconciliation_runs r
  CROSS JOIN LATERAL generate_series(r.first_day::timestamp, r.last_day, interval '1 day') d
  CROSS JOIN unnest(ARRAY['provider_totals', 'number_rental', 'number_inventory', 'completeness', 'closed_day_drift',
    'snapshot_totals']) c;
INSERT INTO vobiz.reconciliation_breaks (partner_id, billing_day, check_name, kind, row_key, account_id, currency,
    expected, actual, difference, reason, last_run_id, rule_version)
  SELECT :partner, now()::date - 1 - n % :judged_days, 'call_charge', 'no_debit', md5(n::text), 'MA_000001', 'INR', 1,
    0, -1,
    'no debit for the call', 1, 1
  FROM generate_series(1, 5000) n;
