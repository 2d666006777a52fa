-- Question: Whom do we have to call before their calls stop?
-- Who asks: account managers, each morning.
-- How to read it: how long each prepaid wallet lasts at the average debit of the last seven whole billing days. Wallets
--   without debits are listed only when they are empty or below zero: those come first.
-- Variables: within_days (number; 14 if unset), partner (text).
SELECT account_name AS customer, account_id, currency, balance, average_daily_debit AS "a day",
  runway_days AS "days left", runs_dry_on AS "runs dry on"
FROM vobiz_bi.wallet_runway
WHERE NOT is_postpaid AND (balance <= 0 OR runway_days < coalesce([[{{within_days}},]] 14))
  [[AND partner_id = {{partner}}]]
ORDER BY balance <= 0 DESC, CASE WHEN balance <= 0 THEN balance END, runway_days, account_id
