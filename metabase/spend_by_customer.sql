-- Question: What did each customer spend in a month, and what share is that?
-- Who asks: finance, account managers.
-- How to read it: one line a customer and currency; shares are of the currency, and currencies are never added.
-- Variables: month (date, any day of it; this month if unset), partner (text), currency (text).
SELECT to_char(month, 'YYYY-MM') AS "billing month", account_name AS customer, account_id,
  coalesce(currency, 'XXX') AS currency,
  attempts AS calls, answered, billable_minutes AS minutes, total_cost AS spend, share_percent AS "share, %"
FROM vobiz_bi.top_customers_monthly
WHERE month = date_trunc('month', coalesce([[{{month}}::date,]] vobiz.billing_day(now())))::date
  [[AND partner_id = {{partner}}]]
  [[AND coalesce(currency, 'XXX') = {{currency}}]]
ORDER BY currency, spend DESC, account_id
