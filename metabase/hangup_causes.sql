-- Question: How do calls end that nobody answers?
-- Who asks: operations, when an answer rate falls.
-- How to read it: causes of class network and service are failures on the way; busy, no answer and rejected are people.
-- Variables: days (number, whole days back; 7 if unset), customer (text, the account's id).
SELECT hangup_class AS class, coalesce(hangup_cause, 'not stated') AS cause, description,
  sum(attempts - answered) AS calls,
  round(100 * sum(attempts - answered) / nullif(sum(sum(attempts - answered)) OVER (), 0), 1) AS "share, %",
  count(DISTINCT account_id) AS customers
FROM vobiz_bi.hangup_daily
WHERE day BETWEEN vobiz.billing_day(now()) - coalesce([[{{days}},]] 7)::integer AND vobiz.billing_day(now()) - 1
  [[AND account_id = {{customer}}]]
GROUP BY hangup_class, hangup_cause, description
HAVING sum(attempts - answered) > 0
ORDER BY calls DESC, class, cause
