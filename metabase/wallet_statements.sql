-- Question: What was in each wallet at the start and the end of a month, and what moved it?
-- Who asks: finance, when it closes a month.
-- How to read it: opening + credit - debit = closing; otherwise the difference is unexplained. A null balance cannot be
--   proven; it is never a guess. A month is final only where proven is true.
-- Variables: month (date, any day of it; last month if unset), customer (text, the account's id).
SELECT to_char(month, 'YYYY-MM') AS "billing month", account_name AS customer, account_id, currency,
  opening_balance AS opening, credit, call_debit AS "debit, calls", number_debit AS "debit, numbers",
  other_debit AS "debit, other", closing_balance AS closing,
  unexplained_amount AS unexplained, adjustments_after_close AS "changed after close", is_proven AS proven
FROM vobiz_bi.account_statement_monthly
WHERE month = date_trunc('month',
    coalesce([[{{month}}::date,]] (vobiz.billing_day(now()) - interval '1 month')::date))::date
  [[AND account_id = {{customer}}]]
ORDER BY currency, account_name, account_id
