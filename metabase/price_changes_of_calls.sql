-- Question: Which calls and entries did the provider change after we had them, and by how much?
-- Who asks: finance, before it pays or claims.
-- How to read it: one line a customer, kind of row and column; a positive difference makes us pay more. Add up "money"
--   only: a new price changes cost and total_cost, and money counts it once; billsec are seconds. Rows without a
--   currency are under "-".
-- Variables: since (date, UTC; the last 35 days if unset), customer (text, the account's id).
SELECT j.stream AS rows, j.column_name AS "column", a.name AS customer, j.account_id,
  coalesce(j.currency, '-') AS currency,
  count(*) AS changes, sum(j.difference) AS difference,
  sum(j.difference) FILTER (WHERE vobiz.is_what_is_paid(j.stream, j.column_name)) AS money,
  min(j.seen_at) AS "first seen", max(j.seen_at) AS "last seen"
FROM vobiz.adjustments j LEFT JOIN vobiz.accounts a ON a.auth_id = j.account_id
WHERE j.seen_at >= coalesce([[{{since}}::date,]] (now() AT TIME ZONE 'UTC')::date - 35)::timestamp AT TIME ZONE 'UTC'
  [[AND j.account_id = {{customer}}]]
GROUP BY j.stream, j.column_name, a.name, j.account_id, j.currency
ORDER BY abs(coalesce(sum(j.difference) FILTER (WHERE vobiz.is_what_is_paid(j.stream, j.column_name)), 0)) DESC,
  1, 2, 4, 5
