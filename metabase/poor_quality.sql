-- Question: Whose calls sound bad?
-- Who asks: operations.
-- How to read it: poor is a MOS below 3.6. A call that was not measured counts nowhere: look at measured first.
-- Variables: days (number, whole days back; 7 if unset).
SELECT account_name AS customer, account_id, sum(answered) AS answered, sum(measured_calls) AS measured,
  round(sum(average_mos_points * measured_calls) / nullif(sum(measured_calls), 0), 2) AS "MOS",
  sum(poor_calls) AS poor, round(100.0 * sum(poor_calls) / nullif(sum(measured_calls), 0), 1) AS "poor, %"
FROM vobiz_bi.quality_daily
WHERE day BETWEEN vobiz.billing_day(now()) - coalesce([[{{days}},]] 7)::integer AND vobiz.billing_day(now()) - 1
GROUP BY account_name, account_id
HAVING sum(measured_calls) > 0
ORDER BY "poor, %" DESC, poor DESC, account_id
