-- check: double_charge
-- version: 2
-- inputs: cdrs, transactions
-- wait: 0h
-- formula: per reference cdr:<uuid>, completed debits less reversals against the kinds of charges among them
--   (the call itself, its stream, the fee of a non-connected call): more than one net debit for a kind, and more in
--   all than the call's cost. A charge in parts that add up to the cost is none
-- tolerance: 0
-- break: doubled: the customer paid more than once for one call; expected is its cost, actual the net debit.
--   It belongs to the billing day of the call; to the day it was booked on, if that is of a later month
-- action: have the provider refund the surplus; the break heals when the refund arrives with the same reference
WITH calls AS MATERIALIZED (
  SELECT * FROM vobiz.judged_calls(:'partner', :'from'::timestamptz, :'to'::timestamptz, :'settle'::interval)
  WHERE debits > 0)
SELECT account_id, currency, NULL::text AS kind, NULL::text AS row_key, NULL::numeric AS expected,
  NULL::numeric AS actual, 0::numeric AS tolerance, count(*) AS rows, false AS inconclusive, NULL::text AS reason
FROM calls GROUP BY account_id, currency
UNION ALL
SELECT account_id, currency, verdict, uuid::text, total_cost, debit, 0, NULL, NULL, reason
FROM calls WHERE verdict = 'doubled'
