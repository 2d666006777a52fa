-- Question: Which days may not be taken for complete?
-- Who asks: operations; anybody who wonders about a low figure.
-- How to read it: days are UTC days, as the provider lists them. Today is open until some hours after its end; a
--   mismatch is retried automatically.
-- Variables: days (number, days back; 90 if unset), stream (text: cdrs, transactions, analytics).
SELECT utc_day AS "UTC day", partner_id AS partner, stream, state, api_total_rows AS "provider counts",
  stored_rows AS stored, missing_rows AS missing, read_at AS "read at", last_error AS "why"
FROM vobiz_bi.completeness_calendar
WHERE state <> 'proven' AND utc_day >= (now() AT TIME ZONE 'UTC')::date - coalesce([[{{days}},]] 90)::integer
  [[AND stream = {{stream}}]]
ORDER BY utc_day DESC, partner_id, stream
