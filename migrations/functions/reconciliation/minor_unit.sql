-- What a currency is counted in: the smallest decimal among the partner's newest 2000 ledger entries. 0.01 where
-- none of them is in that currency.
CREATE OR REPLACE FUNCTION vobiz.minor_unit(of_partner text, of_currency text) RETURNS numeric
  LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT coalesce(trim_scale(power(10::numeric, -max(scale(trim_scale(t.amount))))), 0.01)
  FROM (
    SELECT amount, currency, account_id FROM vobiz.transactions
    WHERE partner_id = of_partner AND removed_at IS NULL
    ORDER BY created_at DESC LIMIT 2000) t
  WHERE coalesce(t.currency, vobiz.account_currency(t.account_id)) = of_currency
$$;
COMMENT ON FUNCTION vobiz.minor_unit IS 'one minor unit of a partner''s ledger as observed, e.g. 0.0001';
