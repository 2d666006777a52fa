-- Question: How much money leaks in each month, and which share of the revenue is that?
-- Who asks: finance and management, each month.
-- How to read it: leakage is what the breaks of a month are about that have not been corrected: open, disputed with the
--   provider, or accepted as lost. A row that two checks have found counts once, and sums of the provider that only
--   differ from ours do not count. Revenue is what was invoiced. One line a month and currency.
-- Variables: months (number, how many back; 13 if unset), partner (text).
SELECT to_char(month, 'YYYY-MM') AS "billing month", partner_id AS partner, currency, breaks, leakage_amount AS leakage,
  leakage_percent AS "% of revenue", open_amount AS open, disputed_amount AS disputed, accepted_amount AS accepted,
  healed_amount AS corrected, revenue_amount AS revenue
FROM vobiz_bi.leakage_monthly
WHERE month > vobiz.billing_day(now()) - coalesce([[{{months}},]] 13)::integer * interval '1 month'
  [[AND partner_id = {{partner}}]]
ORDER BY month DESC, partner_id, currency
