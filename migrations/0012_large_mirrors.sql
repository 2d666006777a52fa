-- Dashboards and checks over ten million calls: each reads the span that is asked for, once.

-- What a filter says of day or customer reaches both sums, which a join of the two would keep from one of them.
CREATE OR REPLACE VIEW vobiz_bi.kpi_daily AS
SELECT u.partner_id, u.day, u.account_id, a.name AS account_name, nullif(u.call_direction, '') AS call_direction,
  u.attempts, u.answered, round(100.0 * u.answered / u.attempts, 2) AS answer_rate_percent,
  u.effective AS network_effective_calls, round(100.0 * u.effective / u.attempts, 2) AS network_effectiveness_percent,
  round(u.billsec::numeric / nullif(u.answered, 0), 1) AS average_call_seconds,
  round(u.answer_delay_seconds / nullif(u.answer_delay_calls, 0), 2) AS average_answer_delay_seconds,
  u.short_calls, round(100.0 * u.short_calls / nullif(u.answered, 0), 2) AS short_call_percent,
  u.billsec AS billable_seconds, round(u.billsec / 60.0, 2) AS billable_minutes,
  CASE WHEN u.has_one_currency THEN u.currency END AS currency,
  CASE WHEN u.has_one_currency THEN u.total_cost END AS total_cost,
  CASE WHEN u.has_one_currency THEN round(u.total_cost * 60 / nullif(u.billsec, 0), 5) END AS cost_per_minute
FROM (
  SELECT partner_id, day, account_id, call_direction, sum(attempts)::bigint AS attempts, sum(answered)::bigint AS answered,
    sum(short_calls)::bigint AS short_calls, sum(billsec)::bigint AS billsec, sum(total_cost) AS total_cost,
    sum(answer_delay_seconds) AS answer_delay_seconds, sum(answer_delay_calls) AS answer_delay_calls,
    min(currency) FILTER (WHERE currency <> '' OR total_cost <> 0)
      IS NOT DISTINCT FROM max(currency) FILTER (WHERE currency <> '' OR total_cost <> 0) AS has_one_currency,
    nullif(max(currency), '') AS currency, sum(effective)::bigint AS effective
  FROM (
    SELECT partner_id, day, account_id, call_direction, attempts, answered, short_calls, billsec, total_cost,
      answer_delay_seconds, answer_delay_calls, currency, 0::bigint AS effective
    FROM vobiz.usage_days
    UNION ALL
    SELECT h.partner_id, h.day, h.account_id, h.call_direction, 0, 0, 0, 0, 0, 0, 0, NULL,
      CASE WHEN c.counts_for_ner THEN h.attempts ELSE h.answered END
    FROM vobiz.hangup_days h LEFT JOIN vobiz.hangup_causes c USING (hangup_cause)) s
  GROUP BY partner_id, day, account_id, call_direction) u
LEFT JOIN vobiz.accounts a ON a.auth_id = u.account_id;

-- vobiz.usage_days has one row for each of these already.
CREATE OR REPLACE VIEW vobiz_bi.usage_daily AS
SELECT u.partner_id, u.day AS day, u.account_id, a.name AS account_name,
  nullif(u.call_direction, '') AS call_direction, nullif(u.context, '') AS context, nullif(u.currency, '') AS currency,
  u.attempts::bigint AS attempts, u.answered::bigint AS answered, u.short_calls::bigint AS short_calls,
  u.billsec::bigint AS billsec, u.duration::bigint AS duration, round(u.billsec / 60.0, 2) AS billable_minutes,
  u.cost, u.streaming_cost, u.total_cost
FROM vobiz.usage_days u LEFT JOIN vobiz.accounts a ON a.auth_id = u.account_id;

-- A day is judged a dozen times and stays: which run was the last is kept, since finding it costs more with each year.
CREATE TABLE vobiz_sync.latest_judgements (
  partner_id  text NOT NULL,
  billing_day date NOT NULL,
  check_name  text NOT NULL,
  run_id      bigint NOT NULL,
  PRIMARY KEY (partner_id, billing_day, check_name)
);
COMMENT ON TABLE vobiz_sync.latest_judgements IS 'which run judged a billing day last with a check; kept by a trigger on vobiz.reconciliation_results';
COMMENT ON COLUMN vobiz_sync.latest_judgements.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_sync.latest_judgements.billing_day IS 'a day in reconcile.timezone, not a UTC day';
COMMENT ON COLUMN vobiz_sync.latest_judgements.check_name IS 'name of the check';
COMMENT ON COLUMN vobiz_sync.latest_judgements.run_id IS 'id of the run in vobiz.reconciliation_runs';
INSERT INTO vobiz_sync.latest_judgements
  SELECT partner_id, billing_day, check_name, max(run_id) FROM vobiz.reconciliation_results GROUP BY 1, 2, 3;

CREATE FUNCTION vobiz_sync.keep_latest_judgements() RETURNS trigger LANGUAGE plpgsql
AS $$
BEGIN
  INSERT INTO vobiz_sync.latest_judgements AS l
    SELECT partner_id, billing_day, check_name, max(run_id) FROM judged GROUP BY 1, 2, 3
  ON CONFLICT (partner_id, billing_day, check_name) DO UPDATE SET run_id = excluded.run_id WHERE l.run_id < excluded.run_id;
  RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION vobiz_sync.keep_latest_judgements() FROM PUBLIC;
CREATE TRIGGER keep_latest_judgements AFTER INSERT ON vobiz.reconciliation_results
  REFERENCING NEW TABLE AS judged FOR EACH STATEMENT EXECUTE FUNCTION vobiz_sync.keep_latest_judgements();

CREATE OR REPLACE VIEW vobiz_bi.reconciliation_summary AS
  SELECT l.partner_id, l.billing_day, l.check_name, r.currency, l.run_id, max(r.judged_at) AS judged_at,
    CASE WHEN bool_or(r.status = 'break') THEN 'break' WHEN bool_or(r.status = 'not_run') THEN 'not_run'
      WHEN bool_or(r.status = 'inconclusive') THEN 'inconclusive' ELSE 'ok' END AS status,
    count(*) FILTER (WHERE r.account_id <> '*') AS accounts, sum(r.rows)::bigint AS rows,
    sum(r.breaks)::bigint AS breaks, sum(r.expected) AS expected, sum(r.actual) AS actual,
    sum(r.difference) AS difference, min(r.reason) FILTER (WHERE r.status IN ('not_run', 'inconclusive')) AS reason,
    min(r.proven_oldest) AS proven_oldest, max(r.proven_newest) AS proven_newest, max(r.rule_version) AS rule_version
  FROM vobiz_sync.latest_judgements l
  JOIN vobiz.reconciliation_results r USING (partner_id, billing_day, check_name, run_id)
  GROUP BY l.partner_id, l.billing_day, l.check_name, r.currency, l.run_id;

-- As in 0009, but each call's entries are looked up by the call: joined, the whole ledger was read for each day.
CREATE OR REPLACE FUNCTION vobiz.judged_calls(of_partner text, from_at timestamptz, to_at timestamptz, settle interval)
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
  charged AS MATERIALIZED (
    SELECT w.*, e.debit, e.debits, e.reversals, e.kinds
    FROM wanted w
    CROSS JOIN LATERAL (
      SELECT sum(CASE WHEN vobiz.is_credit(t.type) THEN -t.amount ELSE t.amount END) AS debit,
        count(*) FILTER (WHERE NOT vobiz.is_credit(t.type)) AS debits,
        count(*) FILTER (WHERE vobiz.is_credit(t.type)) AS reversals,
        count(DISTINCT coalesce(t.reference_type, substring(t.description FROM '^[^0-9(]*'), ''))
          FILTER (WHERE NOT vobiz.is_credit(t.type)) AS kinds
      FROM vobiz.transactions t
      WHERE t.cdr_uuid = w.uuid AND t.account_id = w.account_id AND t.removed_at IS NULL AND vobiz.is_cash(t.status)
        AND coalesce(t.currency, w.currency) = w.currency) e),
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
