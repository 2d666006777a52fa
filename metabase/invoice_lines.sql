-- Question: What makes up a customer's month?
-- Who asks: finance, for an invoice or a dispute.
-- How to read it: charges positive, credits negative. The lines of one currency but "rounding" add up to debit less
--   credit of the statement. A line "ledger_difference" is what the ledger took for calls beyond what the calls say.
-- Variables: month (date, any day of it; this month if unset), customer (text, the account's id).
SELECT to_char(month, 'YYYY-MM') AS "billing month", account_name AS customer, account_id, line_kind AS line,
  call_direction AS direction, product, reference_type AS "ledger type", quantity_items AS quantity,
  billable_minutes AS minutes, unit_amount AS rate, currency, amount
FROM vobiz_bi.invoice_lines_monthly
WHERE month = date_trunc('month', coalesce([[{{month}}::date,]] vobiz.billing_day(now())))::date
  [[AND account_id = {{customer}}]]
ORDER BY customer, account_id, currency, line_kind, amount DESC, direction, product, reference_type
