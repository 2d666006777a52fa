-- Question: How does spend develop by month, and is it calls, minutes or the price of a minute?
-- Who asks: finance.
-- How to read it: a line for each month and currency; the current month is not over, so compare its price, not its sum.
-- Variables: months (number, how many back; 12 if unset), customer (text, the account's id).
SELECT month, coalesce(currency, 'XXX') AS currency, sum(attempts) AS calls, sum(billable_minutes) AS minutes,
  sum(total_cost) AS spend, round(sum(total_cost) * 60 / nullif(sum(billsec), 0), 5) AS "cost of a minute"
FROM vobiz_bi.usage_monthly
WHERE month > (vobiz.billing_day(now()) - coalesce([[{{months}},]] 12) * interval '1 month')::date
  [[AND account_id = {{customer}}]]
GROUP BY month, currency
ORDER BY month, currency
