-- What closed_day_drift freezes and compares. Planned for the span that it is about.
CREATE OR REPLACE FUNCTION vobiz.day_totals(of_partner text, from_at timestamptz, to_at timestamptz)
  RETURNS TABLE (account_id text, currency text, calls bigint, billsec bigint, total_cost numeric,
    debits numeric, credits numeric)
  LANGUAGE plpgsql STABLE SET plan_cache_mode = force_custom_plan SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
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
  GROUP BY account_id, currency;
END
$$;
COMMENT ON FUNCTION vobiz.day_totals IS 'calls, cost, debits and credits of a span by account and currency';
