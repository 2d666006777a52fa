-- The calls that started in [from_at, to_at), the calls without a record that the ledger charged for then, and the
-- calls of earlier months that an entry booked then has spoiled: each with all its entries, whenever they were booked,
-- and a verdict that call_charge, double_charge and usage_day share:
--   ok              the net debit is the call's cost, give or take a minor unit
--   doubled         more was debited than the call's cost, by more debits than kinds of charges (call, stream,
--                   non-connected), reversals taken off; a charge in parts that add up to the cost is ok
--   no_debit        a cost, but no debit
--   pending         a cost, and its debit is pending
--   other_currency  a cost, and its debit is in another currency
--   wrong_customer  a cost that another customer was debited; or a debit for another customer's call, who paid too
--   elsewhere       a debit for another customer's call, who has not paid: told of where the call is
--   no_cdr          a debit, but no call
--   amount_differs  both, but not the same amount
--   waiting         a cost and no debit yet: the ledger is not proven for `settle` after the call's end
--   by_day          the account is debited for whole days, or begins or ceases to be that day
-- An entry counts for the month that it was booked in: a call that was in order at the end of its own month is judged
-- ok on its own day, with the entries until then, and on the day on which a later entry has changed that.
-- Each call's entries are looked up by the call: joined, the whole ledger was read for each day. Planned for the span
-- that it is about.
CREATE OR REPLACE FUNCTION vobiz.judged_calls(of_partner text, from_at timestamptz, to_at timestamptz, settle interval)
  RETURNS TABLE (account_id text, currency text, uuid uuid, start_time timestamptz, total_cost numeric,
    debit numeric, debits bigint, reversals bigint, unit numeric, verdict text, reason text)
  LANGUAGE plpgsql STABLE ROWS 100000 SET plan_cache_mode = force_custom_plan SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  zone text := (SELECT s.timezone FROM vobiz.settings s);
  month_ends timestamptz := (date_trunc('month', from_at AT TIME ZONE zone) + interval '1 month') AT TIME ZONE zone;
BEGIN
  RETURN QUERY
  -- Most calls have just ended when they are charged; only the others are looked for in every partition.
  WITH booked AS MATERIALIZED (
    SELECT t.account_id, t.cdr_uuid, coalesce(t.currency, vobiz.account_currency(t.account_id)) AS currency,
      t.created_at, t.id, vobiz.is_credit(t.type) AS credit, near.start_time
    FROM vobiz.transactions t
    LEFT JOIN LATERAL (
      SELECT c.start_time FROM vobiz.cdrs c
      WHERE c.account_id = t.account_id AND c.uuid = t.cdr_uuid AND c.removed_at IS NULL
        AND c.start_time >= from_at - interval '1 day' AND c.start_time < to_at LIMIT 1) near ON true
    WHERE t.partner_id = of_partner AND t.created_at >= from_at AND t.created_at < to_at AND t.removed_at IS NULL
      AND t.cdr_uuid IS NOT NULL AND vobiz.is_cash(t.status)
      AND vobiz.is_of_call(t.type, t.reference_type, t.cdr_uuid, t.description)
      AND (near.start_time IS NULL OR near.start_time < from_at)),
  elsewhere AS MATERIALIZED (
    SELECT b.*, c.cdr_currency, c.started_at, c.total_cost, c.ended_at
    FROM booked b
    LEFT JOIN LATERAL (
      SELECT c.currency AS cdr_currency, c.start_time AS started_at, coalesce(c.total_cost, 0) AS total_cost,
        greatest(c.end_time, c.start_time + coalesce(c.duration, 0) * interval '1 second') AS ended_at
      FROM vobiz.cdrs c
      WHERE c.account_id = b.account_id AND c.uuid = b.cdr_uuid AND c.removed_at IS NULL
        AND c.start_time >= coalesce(b.start_time, '-infinity')
      ORDER BY c.start_time LIMIT 1) c ON true),
  wanted AS (
    SELECT c.account_id, coalesce(c.currency, vobiz.account_currency(c.account_id)) AS currency, c.uuid,
      c.start_time, coalesce(c.total_cost, 0) AS total_cost,
      greatest(c.end_time, c.start_time + coalesce(c.duration, 0) * interval '1 second') AS ended_at,
      true AS of_span, month_ends AS late_from, NULL::text AS owner
    FROM vobiz.cdrs c
    WHERE c.partner_id = of_partner AND c.start_time >= from_at AND c.start_time < to_at AND c.removed_at IS NULL
    UNION ALL
    SELECT DISTINCT ON (e.account_id, e.cdr_uuid) e.account_id, coalesce(e.cdr_currency, e.currency), e.cdr_uuid,
      e.started_at, e.total_cost, e.ended_at, false, l.late_from, NULL
    FROM elsewhere e
    CROSS JOIN LATERAL (SELECT (date_trunc('month', e.started_at AT TIME ZONE zone) + interval '1 month')
      AT TIME ZONE zone AS late_from) l
    WHERE e.started_at < from_at AND e.created_at >= l.late_from
    UNION ALL
    SELECT e.account_id, e.currency, e.cdr_uuid, NULL, NULL, NULL, true, 'infinity', o.owner
    FROM elsewhere e
    LEFT JOIN LATERAL (
      SELECT c.account_id AS owner FROM vobiz.cdrs c
      WHERE c.uuid = e.cdr_uuid AND c.removed_at IS NULL AND c.partner_id = of_partner LIMIT 1) o ON true
    WHERE e.started_at IS NULL AND NOT e.credit
      AND NOT EXISTS (SELECT FROM vobiz.transactions t
        WHERE t.cdr_uuid = e.cdr_uuid AND t.account_id = e.account_id AND t.removed_at IS NULL
          AND NOT vobiz.is_credit(t.type) AND vobiz.is_cash(t.status)
          AND vobiz.is_of_call(t.type, t.reference_type, t.cdr_uuid, t.description)
          AND (t.created_at, t.id) < (e.created_at, e.id))),
  charged AS MATERIALIZED (
    SELECT w.*, e.*
    FROM wanted w
    CROSS JOIN LATERAL (
      SELECT sum(x.amount) FILTER (WHERE x.paid) AS debit,
        count(*) FILTER (WHERE x.paid AND NOT x.credit) AS debits,
        count(*) FILTER (WHERE x.paid AND x.credit) AS reversals,
        count(*) FILTER (WHERE x.paid AND x.late) AS late_entries,
        sum(x.amount) FILTER (WHERE x.paid AND NOT x.late) AS timely,
        count(*) FILTER (WHERE x.paid AND NOT x.late AND NOT x.credit) AS timely_debits,
        count(*) FILTER (WHERE x.paid AND NOT x.late AND x.credit) AS timely_reversals,
        min(x.created_at) FILTER (WHERE x.paid AND x.late) AS late_at,
        string_agg(x.amount || ' ' || x.currency, ', ') FILTER (WHERE x.mine AND x.cash AND NOT x.credit
          AND x.currency <> w.currency) AS in_other,
        string_agg(format('%s %s since %s', x.amount, x.currency,
          to_char(x.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI')), ', ') FILTER (WHERE x.mine AND NOT x.credit
          AND x.status = 'pending') AS pending,
        min(x.account_id) FILTER (WHERE NOT x.mine AND x.cash AND NOT x.credit) AS payer,
        bool_or(x.account_id = w.owner AND x.cash AND NOT x.credit) AS owner_paid
      FROM (
        SELECT t.account_id, t.created_at, t.account_id = w.account_id AS mine, vobiz.is_credit(t.type) AS credit,
          vobiz.is_cash(t.status) AS cash, lower(t.status) AS status, coalesce(t.currency, w.currency) AS currency,
          CASE WHEN vobiz.is_credit(t.type) THEN -t.amount ELSE t.amount END AS amount,
          t.account_id = w.account_id AND vobiz.is_cash(t.status)
            AND coalesce(t.currency, w.currency) = w.currency AS paid,
          t.created_at >= w.late_from AS late
        FROM vobiz.transactions t
        WHERE t.cdr_uuid = w.uuid AND t.removed_at IS NULL
          AND vobiz.is_of_call(t.type, t.reference_type, t.cdr_uuid, t.description)) x) e),
  units AS MATERIALIZED (
    SELECT c.currency, vobiz.minor_unit(of_partner, c.currency) AS unit
    FROM (SELECT DISTINCT c.currency FROM charged c) c),
  -- Who is debited for whole days, and who only for the calls of a part of the day, or for all but a few.
  accounts AS MATERIALIZED (
    SELECT c.account_id, vobiz.debited_by_day(c.account_id, from_at, to_at) AS by_day, c.first_own, c.last_own,
      c.own * 10 < c.priced AS few_own,
      c.without > 0 AND EXISTS (SELECT FROM vobiz.transactions t
        WHERE t.account_id = c.account_id AND t.cdr_uuid IS NULL AND t.removed_at IS NULL
          AND t.created_at >= from_at AND t.created_at < to_at + interval '2 days'
          AND vobiz.is_usage(t.reference_type, t.cdr_uuid, t.description) AND NOT vobiz.is_credit(t.type)) AS batched
    FROM (
      SELECT c.account_id, min(c.start_time) FILTER (WHERE c.debits > 0) AS first_own,
        max(c.start_time) FILTER (WHERE c.debits > 0) AS last_own, count(*) FILTER (WHERE c.debits > 0) AS own,
        count(*) FILTER (WHERE c.total_cost > 0) AS priced,
        count(*) FILTER (WHERE c.debits = 0 AND c.total_cost > 0) AS without
      FROM charged c WHERE c.of_span AND c.start_time IS NOT NULL GROUP BY c.account_id) c),
  -- Asked for by few days: not before a call without a debit is met.
  ledger AS MATERIALIZED (
    SELECT vobiz_sync.proven_until(of_partner, 'transactions', (to_at AT TIME ZONE 'UTC')::date) AS proven_until),
  judged AS MATERIALIZED (
    SELECT c.*, u.unit,
      c.late_entries > 0 AND c.total_cost IS NOT NULL AND abs(coalesce(c.timely, 0) - c.total_cost) <= u.unit
        AND (c.timely_debits > 0 OR c.total_cost = 0) AS was_ok,
      CASE
        WHEN c.total_cost IS NULL AND c.owner_paid THEN 'wrong_customer'
        WHEN c.total_cost IS NULL AND c.owner IS NOT NULL THEN 'elsewhere'
        WHEN c.total_cost IS NULL AND abs(c.debit) <= u.unit THEN 'ok'
        WHEN c.total_cost IS NULL THEN 'no_cdr'
        WHEN c.debits = 0 AND (a.by_day OR a.batched AND (a.few_own OR a.first_own IS NULL
          OR c.start_time < a.first_own OR c.start_time > a.last_own)) THEN 'by_day'
        WHEN abs(coalesce(c.debit, 0) - c.total_cost) <= u.unit AND (c.debits > 0 OR c.total_cost = 0) THEN 'ok'
        WHEN c.debit > c.total_cost AND c.debits - c.reversals > 1 AND c.debits - c.reversals > (
          -- The kinds of charges: asked for the few calls that may be doubled.
          SELECT count(DISTINCT coalesce(t.reference_type, substring(t.description FROM '^[^0-9(]*'), ''))
          FROM vobiz.transactions t
          WHERE t.cdr_uuid = c.uuid AND t.account_id = c.account_id AND t.removed_at IS NULL
            AND NOT vobiz.is_credit(t.type) AND vobiz.is_cash(t.status)
            AND coalesce(t.currency, c.currency) = c.currency
            AND vobiz.is_of_call(t.type, t.reference_type, t.cdr_uuid, t.description)) THEN 'doubled'
        WHEN c.debits > 0 THEN 'amount_differs'
        WHEN c.in_other IS NOT NULL THEN 'other_currency'
        WHEN c.payer IS NOT NULL THEN 'wrong_customer'
        WHEN c.ended_at + settle >= (SELECT l.proven_until FROM ledger l) THEN 'waiting'
        WHEN c.pending IS NOT NULL THEN 'pending'
        WHEN c.reversals > 0 THEN 'amount_differs'
        ELSE 'no_debit' END AS verdict
    FROM charged c JOIN units u ON u.currency = c.currency
    LEFT JOIN accounts a ON a.account_id = c.account_id)
  SELECT j.account_id, j.currency, j.uuid, j.start_time, j.total_cost, coalesce(s.debit, 0), s.debits, s.reversals,
    j.unit, s.verdict,
    CASE s.verdict
      WHEN 'no_debit' THEN 'no debit for this call'
      WHEN 'no_cdr' THEN format('%s debits for a call that is not in the records', j.debits)
      WHEN 'pending' THEN format('the debit is pending: %s', j.pending)
      WHEN 'other_currency' THEN format('debited in another currency: %s', j.in_other)
      WHEN 'wrong_customer' THEN CASE WHEN j.total_cost IS NULL
        THEN format('the call of %s, who paid for it too', j.owner) ELSE format('debited to %s instead', j.payer) END
      WHEN 'doubled' THEN format('%s debits and %s reversals', j.debits, j.reversals)
      WHEN 'amount_differs' THEN format('%s debits and %s reversals', j.debits, j.reversals) END
      || CASE WHEN NOT j.of_span THEN format(', the newest of %s, for a call of %s',
        to_char(j.late_at AT TIME ZONE zone, 'YYYY-MM-DD'), to_char(j.start_time AT TIME ZONE zone, 'YYYY-MM-DD'))
        ELSE '' END
  FROM judged j
  CROSS JOIN LATERAL (
    SELECT CASE WHEN j.of_span AND j.was_ok AND j.verdict <> 'ok' THEN 'ok' ELSE j.verdict END AS verdict,
      CASE WHEN j.of_span AND j.was_ok AND j.verdict <> 'ok' THEN j.timely ELSE j.debit END AS debit,
      CASE WHEN j.of_span AND j.was_ok AND j.verdict <> 'ok' THEN j.timely_debits ELSE j.debits END AS debits,
      CASE WHEN j.of_span AND j.was_ok AND j.verdict <> 'ok' THEN j.timely_reversals ELSE j.reversals END AS reversals
    ) s
  WHERE j.of_span OR j.was_ok AND j.verdict IN ('doubled', 'amount_differs');
END
$$;
COMMENT ON FUNCTION vobiz.judged_calls IS
  'calls of a span with what the ledger took for them, and whether the two agree';
