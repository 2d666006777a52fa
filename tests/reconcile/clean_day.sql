-- Rows of a partner around the billing day 2026-03-10 in Asia/Kolkata (from 2026-03-09 18:30 UTC), without any
-- difference. MA_1 is charged per call, MA_2 per UTC day. All calls are on one UTC day.
INSERT INTO vobiz.partners (partner_id, auth_id, currency) VALUES ('PA_1', 'PA_1', 'INR');
INSERT INTO vobiz.pricing_tiers (partner_id, id, currency, rate_per_minute, streaming_rate_per_minute,
  charge_non_connected_calls, non_connected_call_fee)
VALUES ('PA_1', 'T1', 'INR', 0.65, 0.15, true, 0.02500);
INSERT INTO vobiz.accounts (partner_id, auth_id, name, currency, pricing_tier_id, cash_credits, is_active,
  first_seen_at)
VALUES ('PA_1', 'MA_1', 'Example Traders', 'INR', 'T1', 0, true, '2026-01-01'),
  ('PA_1', 'MA_2', 'Sample Clinics', 'INR', 'T1', 0, true, '2026-01-01');

INSERT INTO vobiz_sync.streams (partner_id, stream, state, start_date, last_success_at)
SELECT 'PA_1', s, 'ok', '2026-01-01', '2026-03-20'
FROM unnest(ARRAY['accounts', 'numbers', 'balances', 'dashboard', 'profile', 'cdrs', 'transactions', 'analytics']) s;
INSERT INTO vobiz_sync.windows (partner_id, stream, scope, day, state, proof, proven_at, read_at)
SELECT 'PA_1', s, '*', d::date, 'proven', 'total', d + interval '30 hours', '2026-11-01'
FROM unnest(ARRAY['cdrs', 'transactions', 'analytics']) s,
  generate_series('2026-01-01'::timestamptz, '2026-04-30', '1 day') d;

CREATE FUNCTION pg_temp.call(n integer, account text, starts timestamptz, talk integer,
    direction text DEFAULT 'outbound')
  RETURNS void LANGUAGE sql AS $$
  INSERT INTO vobiz.cdrs (partner_id, account_id, uuid, start_time, answer_time, end_time, duration, billsec,
    call_direction, caller_id_number, destination_number, cost, streaming_cost, total_cost, currency, window_day,
    changed_at)
  SELECT 'PA_1', account, ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, starts,
    CASE WHEN talk > 0 THEN starts + interval '10 s' END, starts + (10 + talk) * interval '1 s', 10 + talk, talk,
    direction,
    CASE direction WHEN 'outbound' THEN own ELSE remote END, CASE direction WHEN 'outbound' THEN remote ELSE own END,
    cost, 0, cost, 'INR', (starts AT TIME ZONE 'UTC')::date, '2026-03-11'
  FROM (SELECT CASE account WHEN 'MA_1' THEN '919876500001' ELSE '919876500002' END AS own,
    '9198766' || lpad(n::text, 5, '0') AS remote,
    CASE WHEN talk > 0 THEN round(0.65 * talk / 60, 5) ELSE 0.025 END AS cost) c
$$;
-- `about` is the number of a call, or null.
CREATE FUNCTION pg_temp.entry(key text, account text, at timestamptz, amount numeric, kind text,
    about integer DEFAULT NULL, words text DEFAULT '', way text DEFAULT 'debit') RETURNS void LANGUAGE sql AS $$
  INSERT INTO vobiz.transactions (partner_id, id, account_id, type, amount, currency, description, reference,
    reference_type, status, created_at, window_day)
  VALUES ('PA_1', key, account, way, amount, 'INR', words,
    'cdr:00000000-0000-4000-8000-' || lpad(about::text, 12, '0'), kind, 'completed', at, (at AT TIME ZONE 'UTC')::date)
$$;

SELECT pg_temp.call(n, 'MA_1', '2026-03-10 04:00Z'::timestamptz + n * interval '1 min', 60)
FROM generate_series(1, 10) n;
SELECT pg_temp.entry('c' || n, 'MA_1', '2026-03-10 04:01:11Z'::timestamptz + n * interval '1 min', 0.65, 'cdr', n)
FROM generate_series(1, 10) n;
-- A fee for an unanswered call, a call with streaming, and a call that is charged twice and refunded a week later.
SELECT pg_temp.call(20, 'MA_1', '2026-03-10 05:00Z', 0),
  pg_temp.entry('n20', 'MA_1', '2026-03-10 05:00:11Z', 0.025, 'ncc', 20);
SELECT pg_temp.call(21, 'MA_1', '2026-03-10 05:01Z', 60),
  pg_temp.entry('c21', 'MA_1', '2026-03-10 05:02:11Z', 0.65, 'cdr', 21),
  pg_temp.entry('s21', 'MA_1', '2026-03-10 05:02:11Z', 0.15, 'stream_cdr', 21);
UPDATE vobiz.cdrs SET streaming_cost = 0.15, total_cost = 0.80 WHERE uuid = '00000000-0000-4000-8000-000000000021';
SELECT pg_temp.call(22, 'MA_1', '2026-03-10 05:03Z', 60),
  pg_temp.entry('c22', 'MA_1', '2026-03-10 05:04:11Z', 0.65, 'cdr', 22),
  pg_temp.entry('d22', 'MA_1', '2026-03-10 06:04:11Z', 0.65, 'cdr', 22),
  pg_temp.entry('r22', 'MA_1', '2026-03-17 05:04:11Z', 0.65, 'refund', 22, '', 'credit');
-- Earlier calls of MA_1, from which its rate per minute is known. Their day is not checked.
SELECT pg_temp.call(n, 'MA_1', '2026-03-05 04:00Z'::timestamptz + n * interval '1 min', 60)
FROM generate_series(30, 40) n;

SELECT pg_temp.call(n, 'MA_2', '2026-03-10 06:00Z'::timestamptz + n * interval '1 min', 60, 'inbound')
FROM generate_series(51, 56) n;
SELECT pg_temp.entry('b10', 'MA_2', '2026-03-11 02:40Z', 3.90, 'cdr', NULL, 'Calls of 2026-03-10 (6 calls)');
SELECT pg_temp.call(n, 'MA_2', '2026-03-09 06:00Z'::timestamptz + n * interval '1 min', 60, 'inbound')
FROM generate_series(61, 62) n;
SELECT pg_temp.entry('b09', 'MA_2', '2026-03-10 02:40Z', 1.30, 'cdr', NULL, 'Calls of 2026-03-09 (2 calls)');

INSERT INTO vobiz.numbers (partner_id, e164, account_id, setup_fee, monthly_fee, currency, purchased_at, assigned_at,
  last_billing_date, next_billing_date, changed_at)
VALUES ('PA_1', '+919876500001', 'MA_1', 100, 250, 'INR', '2026-02-10 05:00Z', '2026-02-10 05:00Z',
    '2026-04-10', '2026-05-10', '2026-02-10'),
  ('PA_1', '+919876500002', 'MA_2', 0, 399, 'INR', '2026-02-05 05:00Z', '2026-02-05 05:00Z',
    '2026-04-05', '2026-05-05', '2026-02-05');
SELECT pg_temp.entry('did1', 'MA_1', '2026-03-10 02:05Z', 250, 'did_rental', NULL,
    'DID rental +919876500001 (2026-03)'),
  pg_temp.entry('did2', 'MA_2', '2026-03-05 02:05Z', 399, 'did_rental', NULL,
    'DID rental +919876500002 (2026-03)');

INSERT INTO vobiz_sync.runs (partner_id, stream, command, started_at, finished_at, outcome)
SELECT 'PA_1', s, 'run', t, t + interval '1 s', 'ok'
FROM unnest(ARRAY['2026-03-09 18:20Z', '2026-03-10 18:20Z']::timestamptz[]) t, unnest(ARRAY['accounts', 'profile']) s;

-- The partner gives MA_1 500 from its own wallet, into which 2000 were paid that day.
CREATE FUNCTION pg_temp.transfer(key text, account text, at timestamptz, amount numeric, named text,
    way text DEFAULT 'credit') RETURNS void LANGUAGE sql AS $$
  INSERT INTO vobiz.transactions (partner_id, id, account_id, type, amount, currency, description, reference,
    reference_type, status, created_at, window_day)
  VALUES ('PA_1', key, account, way, amount, 'INR', 'Transfer from partner PA_1',
    'ptc:PA_1:' || named || ':' || extract(epoch FROM at)::bigint, 'balance_transfer', 'completed', at,
    (at AT TIME ZONE 'UTC')::date)
$$;
SELECT pg_temp.transfer('t1', 'MA_1', '2026-03-10 05:30Z', 500, 'MA_1');
INSERT INTO vobiz.partner_balances (partner_id, currency, captured_at, balance)
VALUES ('PA_1', 'INR', '2026-03-01', 9000), ('PA_1', 'INR', '2026-03-10 08:00Z', 10500);
INSERT INTO vobiz.partner_credits (partner_id, booked_at, currency, amount, note)
VALUES ('PA_1', '2026-03-10 07:00Z', 'INR', 2000, 'bank transfer 77');

-- Derives the provider's totals and the wallets from calls and ledger. Called again after rows were added.
CREATE FUNCTION pg_temp.follow() RETURNS void LANGUAGE sql AS $$
  DELETE FROM vobiz.analytics_daily;
  INSERT INTO vobiz.analytics_daily (partner_id, day, total_calls, total_minutes, total_cost, currency)
  SELECT 'PA_1', '2026-03-10', count(*), round(coalesce(sum(billsec), 0) / 60.0, 2), sum(total_cost), 'INR'
  FROM vobiz.cdrs WHERE removed_at IS NULL AND start_time >= '2026-03-10 00:00Z' AND start_time < '2026-03-11 00:00Z';
  DELETE FROM vobiz.account_balances;
  INSERT INTO vobiz.account_balances (partner_id, auth_id, currency, captured_at, cash_credits)
  SELECT 'PA_1', a.auth_id, 'INR', p.t,
    1000 + coalesce((SELECT sum(CASE WHEN vobiz.is_credit(t.type) THEN t.amount ELSE -t.amount END)
      FROM vobiz.transactions t
      WHERE t.account_id = a.auth_id AND t.removed_at IS NULL AND t.status = 'completed' AND t.created_at < p.t), 0)
  FROM vobiz.accounts a, unnest(ARRAY['2026-03-09 18:20:00.5Z', '2026-03-10 18:20:00.5Z']::timestamptz[]) p (t);
  DELETE FROM vobiz.dashboard_snapshots;
  INSERT INTO vobiz.dashboard_snapshots (partner_id, captured_at, accounts_total, accounts_active, total_balance,
    currency)
  SELECT 'PA_1', '2026-03-10 18:20:02Z', count(*), count(*), sum(cash_credits), 'INR'
  FROM vobiz.account_balances WHERE captured_at = '2026-03-10 18:20:00.5Z';
$$;
SELECT pg_temp.follow();
-- Whoever changes rows by SQL makes their rollups.
SELECT vobiz_sync.rebuild_days('2026-01-01', '2026-12-31');
