-- Question: Which numbers renew soon, and whose wallet is too low for it?
-- Who asks: account managers.
-- How to read it: covered means that the wallet is enough today for this fee and the customer's earlier ones.
-- Variables: within_days (number; 30 if unset), only_uncovered (text: yes).
SELECT renews_on AS "renews on", e164 AS "number", account_name AS customer, account_id, currency, monthly_fee AS fee,
  fees_due_by_then AS "due by then", balance AS wallet, is_covered AS covered
FROM vobiz_bi.number_renewals
WHERE days_until_renewal <= coalesce([[{{within_days}},]] 30)
  [[AND (is_covered IS NOT TRUE OR {{only_uncovered}} <> 'yes')]]
ORDER BY renews_on, e164
