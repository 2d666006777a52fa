-- Its names and operators have their schema, so that it can be inlined.
CREATE OR REPLACE FUNCTION vobiz.alert_threshold(of_kind text, of_account text, of_currency text)
  RETURNS TABLE (at_least numeric, times numeric)
  LANGUAGE sql STABLE ROWS 1
AS $$
  SELECT t.at_least, t.times
  FROM (
    SELECT t.at_least, t.times, t.is_on FROM vobiz.alert_thresholds t
    WHERE t.kind OPERATOR(pg_catalog.=) of_kind
      AND (t.account_id OPERATOR(pg_catalog.=) of_account OR t.account_id OPERATOR(pg_catalog.=) '*')
      AND (t.currency OPERATOR(pg_catalog.=) of_currency OR t.currency OPERATOR(pg_catalog.=) '*')
    ORDER BY t.account_id OPERATOR(pg_catalog.=) '*', t.currency OPERATOR(pg_catalog.=) '*' LIMIT 1) t
  WHERE t.is_on
$$;
COMMENT ON FUNCTION vobiz.alert_threshold IS
  'the row of vobiz.alert_thresholds that holds for a customer and a currency; none where the kind is off';
