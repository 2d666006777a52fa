-- Question: Whose traffic fell?
-- Who asks: account managers.
-- How to read it: the last seven whole billing days against the seven before; -100 % is a customer who stopped.
-- Variables: fell_by_percent (number; 0 if unset), least_calls (number, in the week before; 10 if unset).
SELECT account_name AS customer, account_id, before AS "calls, week before", last AS "calls, last week",
  round(100.0 * (last - before) / before, 1) AS "change, %"
FROM (
  SELECT account_name, account_id,
    coalesce(sum(attempts) FILTER (WHERE day < vobiz.billing_day(now()) - 7), 0) AS before,
    coalesce(sum(attempts) FILTER (WHERE day >= vobiz.billing_day(now()) - 7), 0) AS last
  FROM vobiz_bi.usage_daily WHERE day BETWEEN vobiz.billing_day(now()) - 14 AND vobiz.billing_day(now()) - 1
  GROUP BY account_name, account_id) w
WHERE before >= coalesce([[{{least_calls}},]] 10)
  AND last <= before * (1 - coalesce([[{{fell_by_percent}},]] 0) / 100.0)
ORDER BY "change, %", before DESC, account_id
