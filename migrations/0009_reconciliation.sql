-- Reconciliation: what the checks of reconcile/ found, and what several of them ask alike.

-- The checks read a billing day by time; rows that the API no longer lists are not part of the books.
CREATE INDEX cdrs_time ON vobiz.cdrs (partner_id, start_time) WHERE removed_at IS NULL;
CREATE INDEX transactions_time ON vobiz.transactions (partner_id, created_at) WHERE removed_at IS NULL;
-- Of millions of entries the few that are about no call: payments, rentals, debits of whole days.
CREATE INDEX transactions_other ON vobiz.transactions (account_id, created_at)
  WHERE cdr_uuid IS NULL AND removed_at IS NULL;

CREATE TABLE vobiz.reconciliation_runs (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  partner_id  text NOT NULL,
  command     text NOT NULL CHECK (command IN ('nightly', 'reconcile')),
  due_at      timestamptz,
  started_at  timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz,
  first_day   date NOT NULL,
  last_day    date NOT NULL
);
COMMENT ON TABLE vobiz.reconciliation_runs IS 'each time the books were checked';
COMMENT ON COLUMN vobiz.reconciliation_runs.id IS 'running number';
COMMENT ON COLUMN vobiz.reconciliation_runs.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz.reconciliation_runs.command IS 'nightly: the service by its schedule; reconcile: somebody by hand';
COMMENT ON COLUMN vobiz.reconciliation_runs.due_at IS 'the moment of the schedule that a nightly run stands for';
COMMENT ON COLUMN vobiz.reconciliation_runs.started_at IS 'start of the run';
COMMENT ON COLUMN vobiz.reconciliation_runs.finished_at IS 'end of the run; null while it is under way or when it was interrupted';
COMMENT ON COLUMN vobiz.reconciliation_runs.first_day IS 'oldest billing day of the run';
COMMENT ON COLUMN vobiz.reconciliation_runs.last_day IS 'newest billing day of the run';
CREATE INDEX reconciliation_runs_due ON vobiz.reconciliation_runs (partner_id, due_at) WHERE due_at IS NOT NULL;

CREATE TABLE vobiz.reconciliation_results (
  run_id        bigint NOT NULL,
  partner_id    text NOT NULL,
  billing_day   date NOT NULL,
  check_name    text NOT NULL,
  account_id    text NOT NULL,
  currency      text NOT NULL,
  status        text NOT NULL CHECK (status IN ('ok', 'break', 'not_run', 'inconclusive')),
  reason        text,
  expected      numeric,
  actual        numeric,
  difference    numeric,
  tolerance     numeric,
  rows          bigint NOT NULL,
  breaks        bigint NOT NULL DEFAULT 0,
  proven_oldest timestamptz,
  proven_newest timestamptz,
  rule_version  integer NOT NULL,
  judged_at     timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (partner_id, billing_day, check_name, run_id, account_id, currency)
);
COMMENT ON TABLE vobiz.reconciliation_results IS 'what each check found in each run, for each billing day, account and currency';
COMMENT ON COLUMN vobiz.reconciliation_results.run_id IS 'the run';
COMMENT ON COLUMN vobiz.reconciliation_results.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz.reconciliation_results.billing_day IS 'a day in reconcile.timezone, not a UTC day';
COMMENT ON COLUMN vobiz.reconciliation_results.check_name IS 'name of the check, as in docs/reconciliation.md';
COMMENT ON COLUMN vobiz.reconciliation_results.account_id IS 'auth_id of the customer; * for the partner as a whole';
COMMENT ON COLUMN vobiz.reconciliation_results.currency IS 'ISO 4217 code of the amounts; * where the check compares none; XXX where nobody states one';
COMMENT ON COLUMN vobiz.reconciliation_results.status IS 'ok: judged on complete inputs, nothing but accepted breaks found; break; not_run: inputs incomplete; inconclusive: the rows allow no judgement';
COMMENT ON COLUMN vobiz.reconciliation_results.reason IS 'why it was not run or allows no judgement, or what else there is to know';
COMMENT ON COLUMN vobiz.reconciliation_results.expected IS 'what the one side says, in currency';
COMMENT ON COLUMN vobiz.reconciliation_results.actual IS 'what the other side says, in currency';
COMMENT ON COLUMN vobiz.reconciliation_results.difference IS 'actual less expected';
COMMENT ON COLUMN vobiz.reconciliation_results.tolerance IS 'the largest difference that is rounding';
COMMENT ON COLUMN vobiz.reconciliation_results.rows IS 'rows looked at';
COMMENT ON COLUMN vobiz.reconciliation_results.breaks IS 'breaks found that nobody has accepted';
COMMENT ON COLUMN vobiz.reconciliation_results.proven_oldest IS 'when the first of the windows behind it was proven';
COMMENT ON COLUMN vobiz.reconciliation_results.proven_newest IS 'when the last of the windows behind it was proven';
COMMENT ON COLUMN vobiz.reconciliation_results.rule_version IS 'version of the check that judged';
COMMENT ON COLUMN vobiz.reconciliation_results.judged_at IS 'when it was judged';
CREATE INDEX reconciliation_results_run ON vobiz.reconciliation_results (run_id);

CREATE TABLE vobiz.reconciliation_breaks (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  partner_id    text NOT NULL,
  billing_day   date NOT NULL,
  check_name    text NOT NULL,
  kind          text NOT NULL,
  row_key       text NOT NULL,
  account_id    text NOT NULL,
  currency      text NOT NULL,
  expected      numeric,
  actual        numeric,
  difference    numeric,
  tolerance     numeric,
  reason        text,
  state         text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'healed', 'accepted')),
  note          text,
  accepted_by   text,
  accepted_at   timestamptz,
  healed_at     timestamptz,
  first_seen_at timestamptz NOT NULL DEFAULT now(),
  last_seen_at  timestamptz NOT NULL DEFAULT now(),
  last_run_id   bigint NOT NULL,
  rule_version  integer NOT NULL,
  history       jsonb NOT NULL DEFAULT '[]',
  UNIQUE (partner_id, billing_day, check_name, account_id, currency, kind, row_key)
);
COMMENT ON TABLE vobiz.reconciliation_breaks IS 'what did not agree, one row for each call, entry, number or sum; nothing is ever deleted';
COMMENT ON COLUMN vobiz.reconciliation_breaks.id IS 'running number, for vobiz-syncd reconcile accept';
COMMENT ON COLUMN vobiz.reconciliation_breaks.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz.reconciliation_breaks.billing_day IS 'a day in reconcile.timezone, not a UTC day';
COMMENT ON COLUMN vobiz.reconciliation_breaks.check_name IS 'name of the check that found it';
COMMENT ON COLUMN vobiz.reconciliation_breaks.kind IS 'what is wrong, as in docs/reconciliation.md';
COMMENT ON COLUMN vobiz.reconciliation_breaks.row_key IS 'the call''s uuid, the entry''s id, the number, or the name of a sum';
COMMENT ON COLUMN vobiz.reconciliation_breaks.account_id IS 'auth_id of the customer; * for the partner as a whole';
COMMENT ON COLUMN vobiz.reconciliation_breaks.currency IS 'ISO 4217 code of the amounts; * where there are none';
COMMENT ON COLUMN vobiz.reconciliation_breaks.expected IS 'what the one side says, in currency';
COMMENT ON COLUMN vobiz.reconciliation_breaks.actual IS 'what the other side says, in currency';
COMMENT ON COLUMN vobiz.reconciliation_breaks.difference IS 'actual less expected';
COMMENT ON COLUMN vobiz.reconciliation_breaks.tolerance IS 'the largest difference that would be rounding';
COMMENT ON COLUMN vobiz.reconciliation_breaks.reason IS 'what was found, in words';
COMMENT ON COLUMN vobiz.reconciliation_breaks.state IS 'open; healed: a later run on complete inputs did not find it; accepted: somebody has taken note of it';
COMMENT ON COLUMN vobiz.reconciliation_breaks.note IS 'why it was accepted';
COMMENT ON COLUMN vobiz.reconciliation_breaks.accepted_by IS 'who accepted it';
COMMENT ON COLUMN vobiz.reconciliation_breaks.accepted_at IS 'when it was accepted';
COMMENT ON COLUMN vobiz.reconciliation_breaks.healed_at IS 'when it healed; null while it is found';
COMMENT ON COLUMN vobiz.reconciliation_breaks.first_seen_at IS 'when it was first found';
COMMENT ON COLUMN vobiz.reconciliation_breaks.last_seen_at IS 'when it was last found';
COMMENT ON COLUMN vobiz.reconciliation_breaks.last_run_id IS 'the run that last found it';
COMMENT ON COLUMN vobiz.reconciliation_breaks.rule_version IS 'version of the check that last found it';
COMMENT ON COLUMN vobiz.reconciliation_breaks.history IS 'each change of state or amounts: when, state, expected, actual, note';
CREATE INDEX reconciliation_breaks_open ON vobiz.reconciliation_breaks (partner_id, billing_day) WHERE state <> 'healed';

CREATE TABLE vobiz.reconciliation_frozen (
  partner_id  text NOT NULL,
  billing_day date NOT NULL,
  account_id  text NOT NULL,
  currency    text NOT NULL,
  calls       bigint NOT NULL,
  billsec     bigint NOT NULL,
  total_cost  numeric NOT NULL,
  debits      numeric NOT NULL,
  credits     numeric NOT NULL,
  frozen_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (partner_id, billing_day, account_id, currency)
);
COMMENT ON TABLE vobiz.reconciliation_frozen IS 'totals of each billing day as they were when all that could be checked of it agreed for the first time';
COMMENT ON COLUMN vobiz.reconciliation_frozen.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz.reconciliation_frozen.billing_day IS 'a day in reconcile.timezone, not a UTC day';
COMMENT ON COLUMN vobiz.reconciliation_frozen.account_id IS 'auth_id of the customer; * in the row that says that the day is frozen, with or without rows';
COMMENT ON COLUMN vobiz.reconciliation_frozen.currency IS 'ISO 4217 code of the amounts; * in the row of the whole day';
COMMENT ON COLUMN vobiz.reconciliation_frozen.calls IS 'calls that started on the day';
COMMENT ON COLUMN vobiz.reconciliation_frozen.billsec IS 'their billable seconds';
COMMENT ON COLUMN vobiz.reconciliation_frozen.total_cost IS 'their cost, in currency';
COMMENT ON COLUMN vobiz.reconciliation_frozen.debits IS 'completed debits of the day, in currency';
COMMENT ON COLUMN vobiz.reconciliation_frozen.credits IS 'completed credits of the day, in currency';
COMMENT ON COLUMN vobiz.reconciliation_frozen.frozen_at IS 'when the totals were taken';

-- What a currency is counted in: the smallest decimal among the partner's newest 2000 ledger entries. 0.01 where
-- none of them is in that currency.
CREATE FUNCTION vobiz.minor_unit(of_partner text, of_currency text) RETURNS numeric
  LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT coalesce(trim_scale(power(10::numeric, -max(scale(trim_scale(t.amount))))), 0.01)
  FROM (
    SELECT amount, currency, account_id FROM vobiz.transactions
    WHERE partner_id = of_partner AND removed_at IS NULL
    ORDER BY created_at DESC LIMIT 2000) t
  WHERE coalesce(t.currency, vobiz.account_currency(t.account_id)) = of_currency
$$;
COMMENT ON FUNCTION vobiz.minor_unit(text, text) IS 'one minor unit of a partner''s ledger as observed, e.g. 0.0001';

-- Whether an entry has moved the wallet.
CREATE FUNCTION vobiz.is_cash(status text) RETURNS boolean
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT coalesce(status, 'completed') = 'completed' $$;
COMMENT ON FUNCTION vobiz.is_cash(text) IS 'whether a ledger entry of this status has moved the wallet';

-- Whether an entry is about calls. Where the API leaves the type out, the description's first word tells.
CREATE FUNCTION vobiz.is_usage(reference_type text, cdr_uuid uuid, description text) RETURNS boolean
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT CASE WHEN reference_type IS NULL
    THEN cdr_uuid IS NOT NULL OR coalesce(description, '') ~* '^(call|calls|stream|non-connected)\M'
    ELSE reference_type IN ('cdr', 'stream_cdr', 'ncc') END
$$;
COMMENT ON FUNCTION vobiz.is_usage(text, uuid, text) IS 'whether a ledger entry charges for calls';

-- The digits of the number that an entry names: the first run of 8 to 15 digits.
CREATE FUNCTION vobiz.number_named(reference text, description text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT coalesce(substring(reference FROM '\m[0-9]{8,15}\M'), substring(description FROM '\m[0-9]{8,15}\M')) $$;
COMMENT ON FUNCTION vobiz.number_named(text, text) IS 'digits of the phone number that a ledger entry names';

-- Whether an account was debited for whole days: entries about calls in the five weeks up to the day, and
-- none of them names a call from two days before the day until two days after it.
CREATE FUNCTION vobiz.debited_by_day(of_account text, from_at timestamptz, to_at timestamptz) RETURNS boolean
  LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT EXISTS (SELECT FROM vobiz.transactions t
      WHERE t.account_id = of_account AND t.cdr_uuid IS NULL AND t.removed_at IS NULL
        AND t.created_at >= from_at - interval '35 days' AND t.created_at < to_at + interval '2 days'
        AND vobiz.is_usage(t.reference_type, t.cdr_uuid, t.description) AND NOT vobiz.is_credit(t.type))
    AND NOT EXISTS (SELECT FROM vobiz.transactions t
      WHERE t.account_id = of_account AND t.cdr_uuid IS NOT NULL AND t.removed_at IS NULL
        AND t.created_at >= from_at - interval '2 days' AND t.created_at < to_at + interval '2 days')
$$;
COMMENT ON FUNCTION vobiz.debited_by_day(text, timestamptz, timestamptz) IS 'whether an account is debited in daily batches instead of per call';

-- The windows of a stream, UTC day by UTC day: when the day was proven, or in words why it is not. A day
-- counts by its global window, or by those of all customers.
CREATE FUNCTION vobiz_sync.day_proofs(of_partner text, of_stream text, first date, last date)
  RETURNS TABLE (day date, missing text, oldest timestamptz, newest timestamptz)
  LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  WITH w AS MATERIALIZED (
    SELECT * FROM vobiz_sync.windows w
    WHERE w.partner_id = of_partner AND w.stream = of_stream AND w.day BETWEEN first AND last),
  customers AS MATERIALIZED (
    SELECT w.day, count(*) FILTER (WHERE w.state <> 'proven') AS unproven,
      min(w.scope) FILTER (WHERE w.state <> 'proven') AS which, min(w.proven_at) AS oldest, max(w.proven_at) AS newest,
      array_agg(w.scope) AS scopes
    FROM w WHERE w.scope <> '*' GROUP BY w.day),
  judged AS (
    SELECT d::date AS day, g.state, g.last_error, g.proven_at, c.unproven, c.which, c.oldest, c.newest,
      (SELECT min(a.auth_id) FROM vobiz.accounts a
       WHERE c.scopes IS NOT NULL AND a.partner_id = of_partner AND a.removed_at IS NULL
         AND a.auth_id <> ALL (c.scopes)) AS lacking
    FROM generate_series(first::timestamp, last::timestamp, interval '1 day') d
    LEFT JOIN w g ON g.day = d::date AND g.scope = '*'
    LEFT JOIN customers c ON c.day = d::date)
  SELECT j.day,
    CASE
      WHEN j.state = 'proven' OR j.unproven = 0 AND j.lacking IS NULL THEN NULL
      WHEN j.unproven IS NOT NULL THEN format('%s of %s is not proven for customer %s', j.day, of_stream,
        coalesce(j.which, j.lacking))
      WHEN j.state IS NULL THEN format('%s of %s was never read', j.day, of_stream)
      ELSE format('%s of %s is %s', j.day, of_stream, j.state) || coalesce(': ' || j.last_error, '') END,
    CASE WHEN j.state = 'proven' THEN j.proven_at ELSE j.oldest END,
    CASE WHEN j.state = 'proven' THEN j.proven_at ELSE j.newest END
  FROM judged j
$$;
COMMENT ON FUNCTION vobiz_sync.day_proofs(text, text, date, date) IS 'each UTC day of a stream: when it was proven, or in words why it is not';

-- Until when the days of a stream are proven without a gap, from a day on: the end of the last such day. Nothing
-- when there is no gap within 40 days, which is later than anything a billing day waits for.
CREATE FUNCTION vobiz_sync.proven_until(of_partner text, of_stream text, from_day date) RETURNS timestamptz
  LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT min(p.day)::timestamp AT TIME ZONE 'UTC'
  FROM vobiz_sync.day_proofs(of_partner, of_stream, from_day, from_day + 40) p
  WHERE p.missing IS NOT NULL
$$;
COMMENT ON FUNCTION vobiz_sync.proven_until(text, text, date) IS 'end of the last UTC day up to which a stream is proven without a gap';

-- The calls that started in [from_at, to_at) and the calls without a record that the ledger charged for then,
-- each with all its entries, whenever they were booked, and a verdict that call_charge, double_charge and
-- usage_day share:
--   ok              the net debit is the call's cost, give or take a minor unit
--   doubled         more debits than kinds of charges (call, stream, non-connected), reversals taken off
--   no_debit        a cost, but no debit
--   no_cdr          a debit, but no call
--   amount_differs  both, but not the same amount
--   waiting         a cost and no debit yet: the ledger is not proven for `settle` after the call's end
--   by_day          the account is debited for whole days
CREATE FUNCTION vobiz.judged_calls(of_partner text, from_at timestamptz, to_at timestamptz, settle interval)
  RETURNS TABLE (account_id text, currency text, uuid uuid, start_time timestamptz, total_cost numeric,
    debit numeric, debits bigint, reversals bigint, unit numeric, verdict text)
  LANGUAGE sql STABLE
AS $$
  WITH wanted AS (
    SELECT c.account_id, coalesce(c.currency, vobiz.account_currency(c.account_id)) AS currency, c.uuid,
      c.start_time, coalesce(c.total_cost, 0) AS total_cost,
      greatest(c.end_time, c.start_time + coalesce(c.duration, 0) * interval '1 second') AS ended_at
    FROM vobiz.cdrs c
    WHERE c.partner_id = of_partner AND c.start_time >= from_at AND c.start_time < to_at AND c.removed_at IS NULL
    UNION ALL
    SELECT t.account_id, coalesce(t.currency, vobiz.account_currency(t.account_id)), t.cdr_uuid, NULL, NULL, NULL
    FROM vobiz.transactions t
    -- Most calls have just ended when they are charged; only the others are looked for in every partition.
    LEFT JOIN LATERAL (
      SELECT true AS found FROM vobiz.cdrs c
      WHERE c.account_id = t.account_id AND c.uuid = t.cdr_uuid AND c.removed_at IS NULL
        AND c.start_time >= from_at - interval '1 day' AND c.start_time < to_at LIMIT 1) near ON true
    WHERE t.partner_id = of_partner AND t.created_at >= from_at AND t.created_at < to_at AND t.removed_at IS NULL
      AND t.cdr_uuid IS NOT NULL AND NOT vobiz.is_credit(t.type) AND vobiz.is_cash(t.status)
      AND near.found IS NULL
      AND NOT EXISTS (SELECT FROM vobiz.cdrs c
        WHERE c.account_id = t.account_id AND c.uuid = t.cdr_uuid AND c.removed_at IS NULL)
      AND NOT EXISTS (SELECT FROM vobiz.transactions e
        WHERE e.cdr_uuid = t.cdr_uuid AND e.account_id = t.account_id AND e.removed_at IS NULL
          AND NOT vobiz.is_credit(e.type) AND vobiz.is_cash(e.status)
          AND (e.created_at, e.id) < (t.created_at, t.id))),
  charged AS (
    SELECT w.account_id, w.currency, w.uuid, w.start_time, w.total_cost, w.ended_at,
      sum(CASE WHEN vobiz.is_credit(t.type) THEN -t.amount ELSE t.amount END) AS debit,
      count(t.id) FILTER (WHERE NOT vobiz.is_credit(t.type)) AS debits,
      count(t.id) FILTER (WHERE vobiz.is_credit(t.type)) AS reversals,
      count(DISTINCT coalesce(t.reference_type, substring(t.description FROM '^[^0-9(]*'), ''))
        FILTER (WHERE NOT vobiz.is_credit(t.type)) AS kinds
    FROM wanted w
    LEFT JOIN vobiz.transactions t ON t.cdr_uuid = w.uuid AND t.account_id = w.account_id
      AND t.removed_at IS NULL AND vobiz.is_cash(t.status) AND coalesce(t.currency, w.currency) = w.currency
    GROUP BY w.account_id, w.currency, w.uuid, w.start_time, w.total_cost, w.ended_at),
  units AS MATERIALIZED (
    SELECT c.currency, vobiz.minor_unit(of_partner, c.currency) AS unit
    FROM (SELECT DISTINCT c.currency FROM charged c) c),
  accounts AS MATERIALIZED (
    SELECT c.account_id, vobiz.debited_by_day(c.account_id, from_at, to_at) AS by_day
    FROM (SELECT DISTINCT c.account_id FROM charged c) c),
  ledger AS MATERIALIZED (
    SELECT vobiz_sync.proven_until(of_partner, 'transactions', (to_at AT TIME ZONE 'UTC')::date) AS proven_until)
  SELECT c.account_id, c.currency, c.uuid, c.start_time, c.total_cost, coalesce(c.debit, 0), c.debits, c.reversals,
    u.unit,
    CASE
      WHEN c.debits - c.reversals > c.kinds THEN 'doubled'
      WHEN c.total_cost IS NULL AND abs(c.debit) > u.unit THEN 'no_cdr'
      WHEN c.total_cost IS NULL THEN 'ok'
      WHEN c.debits = 0 AND a.by_day THEN 'by_day'
      WHEN abs(coalesce(c.debit, 0) - c.total_cost) <= u.unit AND (c.debits > 0 OR c.total_cost = 0) THEN 'ok'
      WHEN c.debits > 0 THEN 'amount_differs'
      WHEN c.ended_at + settle >= l.proven_until THEN 'waiting'
      ELSE 'no_debit' END
  FROM charged c JOIN units u ON u.currency = c.currency JOIN accounts a ON a.account_id = c.account_id
  CROSS JOIN ledger l
$$;
COMMENT ON FUNCTION vobiz.judged_calls(text, timestamptz, timestamptz, interval) IS 'calls of a span with what the ledger took for them, and whether the two agree';

-- What closed_day_drift freezes and compares.
CREATE FUNCTION vobiz.day_totals(of_partner text, from_at timestamptz, to_at timestamptz)
  RETURNS TABLE (account_id text, currency text, calls bigint, billsec bigint, total_cost numeric,
    debits numeric, credits numeric)
  LANGUAGE sql STABLE
AS $$
  SELECT account_id, currency, sum(calls)::bigint, sum(billsec)::bigint, sum(total_cost), sum(debits), sum(credits)
  FROM (
    SELECT c.account_id, coalesce(c.currency, vobiz.account_currency(c.account_id)) AS currency, 1 AS calls,
      coalesce(c.billsec, 0) AS billsec, coalesce(c.total_cost, 0) AS total_cost, 0 AS debits, 0 AS credits
    FROM vobiz.cdrs c
    WHERE c.partner_id = of_partner AND c.start_time >= from_at AND c.start_time < to_at AND c.removed_at IS NULL
    UNION ALL
    SELECT t.account_id, coalesce(t.currency, vobiz.account_currency(t.account_id)), 0, 0, 0,
      CASE WHEN vobiz.is_credit(t.type) THEN 0 ELSE t.amount END,
      CASE WHEN vobiz.is_credit(t.type) THEN t.amount ELSE 0 END
    FROM vobiz.transactions t
    WHERE t.partner_id = of_partner AND t.created_at >= from_at AND t.created_at < to_at AND t.removed_at IS NULL
      AND vobiz.is_cash(t.status)) r
  GROUP BY account_id, currency
$$;
COMMENT ON FUNCTION vobiz.day_totals(text, timestamptz, timestamptz) IS 'calls, cost, debits and credits of a span by account and currency';

-- A day is judged a dozen times. The recursion walks the primary key from its end and reads one entry of each
-- check and day, its latest run's, where grouping would read all of them.
CREATE VIEW vobiz_bi.reconciliation_summary AS
  WITH RECURSIVE latest AS (
    (SELECT partner_id, billing_day, check_name, run_id FROM vobiz.reconciliation_results
     ORDER BY partner_id DESC, billing_day DESC, check_name DESC, run_id DESC LIMIT 1)
    UNION ALL
    SELECT n.* FROM latest l CROSS JOIN LATERAL (
      SELECT r.partner_id, r.billing_day, r.check_name, r.run_id FROM vobiz.reconciliation_results r
      WHERE (r.partner_id, r.billing_day, r.check_name) < (l.partner_id, l.billing_day, l.check_name)
      ORDER BY r.partner_id DESC, r.billing_day DESC, r.check_name DESC, r.run_id DESC LIMIT 1) n
  )
  SELECT l.partner_id, l.billing_day, l.check_name, r.currency, l.run_id, r.judged_at, r.status, r.accounts, r.rows, r.breaks,
    r.expected, r.actual, r.difference, r.reason, r.proven_oldest, r.proven_newest, r.rule_version
  FROM latest l CROSS JOIN LATERAL (
    SELECT r.currency, max(r.judged_at) AS judged_at,
      CASE WHEN bool_or(r.status = 'break') THEN 'break' WHEN bool_or(r.status = 'not_run') THEN 'not_run'
        WHEN bool_or(r.status = 'inconclusive') THEN 'inconclusive' ELSE 'ok' END AS status,
      count(*) FILTER (WHERE r.account_id <> '*') AS accounts, sum(r.rows)::bigint AS rows,
      sum(r.breaks)::bigint AS breaks, sum(r.expected) AS expected, sum(r.actual) AS actual,
      sum(r.difference) AS difference, min(r.reason) FILTER (WHERE r.status IN ('not_run', 'inconclusive')) AS reason,
      min(r.proven_oldest) AS proven_oldest, max(r.proven_newest) AS proven_newest, max(r.rule_version) AS rule_version
    FROM vobiz.reconciliation_results r
    WHERE (r.partner_id, r.billing_day, r.check_name, r.run_id) = (l.partner_id, l.billing_day, l.check_name, l.run_id)
    GROUP BY r.currency) r;
COMMENT ON VIEW vobiz_bi.reconciliation_summary IS 'the latest result of each check for each billing day and currency';
COMMENT ON COLUMN vobiz_bi.reconciliation_summary.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_bi.reconciliation_summary.billing_day IS 'a day in reconcile.timezone, not a UTC day';
COMMENT ON COLUMN vobiz_bi.reconciliation_summary.check_name IS 'name of the check, as in docs/reconciliation.md';
COMMENT ON COLUMN vobiz_bi.reconciliation_summary.currency IS 'ISO 4217 code of the amounts; * where the check compares none';
COMMENT ON COLUMN vobiz_bi.reconciliation_summary.run_id IS 'the run that judged last';
COMMENT ON COLUMN vobiz_bi.reconciliation_summary.judged_at IS 'when it was judged';
COMMENT ON COLUMN vobiz_bi.reconciliation_summary.status IS 'break if any account has one, else not_run or inconclusive if any could not be judged, else ok';
COMMENT ON COLUMN vobiz_bi.reconciliation_summary.accounts IS 'customers judged';
COMMENT ON COLUMN vobiz_bi.reconciliation_summary.rows IS 'rows looked at';
COMMENT ON COLUMN vobiz_bi.reconciliation_summary.breaks IS 'breaks found that nobody has accepted';
COMMENT ON COLUMN vobiz_bi.reconciliation_summary.expected IS 'sum of what the one side says, in currency';
COMMENT ON COLUMN vobiz_bi.reconciliation_summary.actual IS 'sum of what the other side says, in currency';
COMMENT ON COLUMN vobiz_bi.reconciliation_summary.difference IS 'actual less expected, in currency';
COMMENT ON COLUMN vobiz_bi.reconciliation_summary.reason IS 'why it could not be judged';
COMMENT ON COLUMN vobiz_bi.reconciliation_summary.proven_oldest IS 'when the first of the windows behind it was proven';
COMMENT ON COLUMN vobiz_bi.reconciliation_summary.proven_newest IS 'when the last of the windows behind it was proven';
COMMENT ON COLUMN vobiz_bi.reconciliation_summary.rule_version IS 'version of the check that judged';

CREATE VIEW vobiz_bi.open_breaks AS
  SELECT b.id, b.partner_id, b.billing_day, b.check_name, b.kind, b.row_key, b.account_id, a.name AS account_name,
    b.currency, b.expected, b.actual, b.difference, b.reason, b.first_seen_at, b.last_seen_at
  FROM vobiz.reconciliation_breaks b
  LEFT JOIN vobiz.accounts a ON a.auth_id = b.account_id
  WHERE b.state = 'open';
COMMENT ON VIEW vobiz_bi.open_breaks IS 'what does not agree and nobody has accepted';
COMMENT ON COLUMN vobiz_bi.open_breaks.id IS 'for vobiz-syncd reconcile accept';
COMMENT ON COLUMN vobiz_bi.open_breaks.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_bi.open_breaks.billing_day IS 'a day in reconcile.timezone, not a UTC day';
COMMENT ON COLUMN vobiz_bi.open_breaks.check_name IS 'name of the check that found it, as in docs/reconciliation.md';
COMMENT ON COLUMN vobiz_bi.open_breaks.kind IS 'what is wrong, as in docs/reconciliation.md';
COMMENT ON COLUMN vobiz_bi.open_breaks.row_key IS 'the call''s uuid, the entry''s id, the number, or the name of a sum';
COMMENT ON COLUMN vobiz_bi.open_breaks.account_id IS 'auth_id of the customer; * for the partner as a whole';
COMMENT ON COLUMN vobiz_bi.open_breaks.account_name IS 'name of the customer';
COMMENT ON COLUMN vobiz_bi.open_breaks.currency IS 'ISO 4217 code of the amounts; * where there are none';
COMMENT ON COLUMN vobiz_bi.open_breaks.expected IS 'what the one side says, in currency';
COMMENT ON COLUMN vobiz_bi.open_breaks.actual IS 'what the other side says, in currency';
COMMENT ON COLUMN vobiz_bi.open_breaks.difference IS 'actual less expected, in currency';
COMMENT ON COLUMN vobiz_bi.open_breaks.reason IS 'what was found, in words';
COMMENT ON COLUMN vobiz_bi.open_breaks.first_seen_at IS 'when it was first found';
COMMENT ON COLUMN vobiz_bi.open_breaks.last_seen_at IS 'when it was last found';
