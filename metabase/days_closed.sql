-- Question: Which days of the books are in order, and what keeps the others?
-- Who asks: finance, before it closes a month.
-- How to read it: a day is in order when no check breaks or waits; the reason is that of the largest break, or
--   else of what could not be judged. "not run" is not "ok": its inputs are incomplete.
-- Variables: days (number, how many back; 35 if unset), partner (text).
SELECT partner_id AS partner, billing_day AS "billing day", count(*) FILTER (WHERE status = 'ok') AS ok,
  count(*) FILTER (WHERE status = 'break') AS "with breaks", count(*) FILTER (WHERE status = 'not_run') AS "not run",
  count(*) FILTER (WHERE status = 'inconclusive') AS inconclusive, sum(breaks) AS breaks,
  (array_agg(concat_ws(': ', check_name, reason) ORDER BY array_position(ARRAY['break', 'inconclusive', 'not_run'],
    status), abs(difference) DESC NULLS LAST, check_name) FILTER (WHERE status <> 'ok'))[1] AS "worst reason"
FROM vobiz_bi.reconciliation_summary
WHERE billing_day >= vobiz.billing_day(now()) - coalesce([[{{days}},]] 35)::integer
  [[AND partner_id = {{partner}}]]
GROUP BY partner_id, billing_day
ORDER BY billing_day DESC, partner_id
