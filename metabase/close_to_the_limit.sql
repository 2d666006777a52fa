-- Question: Who needs more calls at the same time?
-- Who asks: operations, account managers.
-- How to read it: the highest number of calls at once of each customer. From about 90 % of the limit on, calls are
--   refused at peaks.
-- Variables: days (number, days back; 30 if unset), from_percent (number; 0 if unset).
SELECT account_name AS customer, account_id, max(peak_calls) AS peak, max(concurrent_calls_limit) AS "limit",
  max(limit_used_percent) AS "used, %", (array_agg(peak_at ORDER BY peak_calls DESC, peak_at DESC))[1] AS "when"
FROM vobiz_bi.concurrency_daily
WHERE scope = 'account' AND day >= vobiz.billing_day(now()) - coalesce([[{{days}},]] 30)::integer
GROUP BY account_name, account_id
HAVING coalesce(max(limit_used_percent), 0) >= coalesce([[{{from_percent}},]] 0)
ORDER BY "used, %" DESC NULLS LAST, peak DESC, account_id
