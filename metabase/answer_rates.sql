-- Question: Whose calls do not get through?
-- Who asks: operations.
-- How to read it: the network effectiveness (NER) falls when routes fail; the answer rate also falls when people do not
--   pick up. A low answer rate with a good NER has its cause in the customer's numbers and hours.
-- Variables: days (number, whole days back; 7 if unset), direction (text: inbound, outbound),
--   least_calls (number; 20 if unset).
SELECT account_name AS customer, account_id, call_direction AS direction, sum(attempts) AS calls,
  round(100.0 * sum(answered) / sum(attempts), 1) AS "answer rate, %",
  round(100.0 * sum(network_effective_calls) / sum(attempts), 1) AS "NER, %",
  round(sum(billsec)::numeric / nullif(sum(answered), 0), 1) AS "average length, s",
  round(100.0 * sum(short_calls) / nullif(sum(answered), 0), 1) AS "short calls, %"
FROM vobiz_bi.kpi_daily
WHERE day BETWEEN vobiz.billing_day(now()) - coalesce([[{{days}},]] 7)::integer AND vobiz.billing_day(now()) - 1
  [[AND call_direction = {{direction}}]]
GROUP BY account_name, account_id, call_direction
HAVING sum(attempts) >= coalesce([[{{least_calls}},]] 20)
ORDER BY "NER, %", calls DESC, account_id, direction
