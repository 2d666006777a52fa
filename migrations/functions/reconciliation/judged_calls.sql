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
-- Each call's entries are looked up by the call: joined, the whole ledger was read for each day. Planned for the span
-- that it is about.
CREATE OR REPLACE FUNCTION vobiz.judged_calls(of_partner text, from_at timestamptz, to_at timestamptz, settle interval)
  RETURNS TABLE (account_id text, currency text, uuid uuid, start_time timestamptz, total_cost numeric,
    debit numeric, debits bigint, reversals bigint, unit numeric, verdict text)
  LANGUAGE plpgsql STABLE ROWS 100000 SET plan_cache_mode = force_custom_plan SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
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
  CROSS JOIN ledger l;
END
$$;
COMMENT ON FUNCTION vobiz.judged_calls IS
  'calls of a span with what the ledger took for them, and whether the two agree';
