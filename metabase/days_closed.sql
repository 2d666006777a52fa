-- Question: Which days of the books are in order, and what keeps the others?
-- Who asks: finance, before it closes a month.
-- How to read it: a day is in order when no check breaks or waits; the reason is that of the largest break, or
--   else of what could not be judged. "not run" is not "ok": its inputs are incomplete. "not due" is in order: the
--   day is judged later, or the API does not offer what the check needs.
-- Variables: days (number, how many back; 35 if unset), partner (text).
SELECT partner_id AS partner, billing_day AS "billing day", count(*) FILTER (WHERE status = 'ok') AS ok,
  count(*) FILTER (WHERE status = 'break') AS "with breaks", count(*) FILTER (WHERE state = 'not_run') AS "not run",
  count(*) FILTER (WHERE state IN ('not_due', 'not_offered')) AS "not due",
  count(*) FILTER (WHERE status = 'inconclusive') AS inconclusive, sum(breaks) AS breaks,
  (array_agg(concat_ws(': ', check_name, reason) ORDER BY array_position(ARRAY['break', 'inconclusive', 'not_run'],
    state), abs(difference) DESC NULLS LAST, check_name)
    FILTER (WHERE state NOT IN ('ok', 'not_due', 'not_offered')))[1] AS "worst reason"
FROM vobiz_bi.reconciliation_summary
WHERE billing_day >= vobiz.billing_day(now()) - coalesce([[{{days}},]] 35)::integer
  [[AND partner_id = {{partner}}]]
GROUP BY partner_id, billing_day
ORDER BY billing_day DESC, partner_id
