-- Question: Where do calls, charges and wallets not agree, and what is it worth?
-- Who asks: finance.
-- How to read it: one line for each check, kind and currency. Worth is the money that the breaks are about; empty where
--   they are about seconds or counts. The ids are the first ten, for "vobiz-syncd reconcile accept" and "dispute".
-- Variables: month (date, any day of it), check (text).
SELECT check_name AS "check", kind, currency, count(*) AS breaks, count(DISTINCT account_id) AS customers,
  count(*) FILTER (WHERE state = 'disputed') AS disputed, sum(amount) AS "worth",
  min(billing_day) AS "first day", max(billing_day) AS "last day",
  array_to_string((array_agg(id ORDER BY amount DESC NULLS LAST, id))[1:10], ', ') AS ids
FROM vobiz_bi.open_breaks
WHERE true
  [[AND date_trunc('month', billing_day) = date_trunc('month', {{month}}::date)]]
  [[AND check_name = {{check}}]]
GROUP BY check_name, kind, currency
ORDER BY breaks DESC, 1, 2, 3
