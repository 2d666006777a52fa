-- check: call_charge
-- version: 2
-- inputs: cdrs, transactions
-- wait: 0h
-- formula: per call, the completed debits less reversals with the reference cdr:<uuid> in the call's currency (cdr,
--   stream_cdr and ncc added up, whenever they were booked; other kinds of charges that name a call are left out)
--   against the call's total_cost. An entry that was booked in a later month than its call is judged on the day it
--   was booked, with its call
-- tolerance: one minor unit for each call
-- break: no_debit: a call with a cost that nobody paid for; pending: its debit is pending; other_currency: it was
--   debited in another currency; wrong_customer: another customer was debited for it; no_cdr: a debit for a call that
--   does not exist; amount_differs: the debit is not the call's cost. A call charged twice is double_charge's. An
--   account that is debited in daily batches has no debit for each call and is left to usage_day, and so are the
--   calls before or after a switch to batches. A call without a debit is not judged before the ledger is proven for
--   "settle" after the call's end
-- action: send the provider the uuid and both amounts; for no_debit decide whether to charge later or to waive
WITH calls AS MATERIALIZED (
  SELECT * FROM vobiz.judged_calls(:'partner', :'from'::timestamptz, :'to'::timestamptz, :'settle'::interval))
SELECT account_id, currency, NULL::text AS kind, NULL::text AS row_key,
  sum(total_cost) FILTER (WHERE verdict NOT IN ('by_day', 'doubled', 'elsewhere')) AS expected,
  sum(debit) FILTER (WHERE verdict NOT IN ('by_day', 'doubled', 'elsewhere')) AS actual, max(unit) AS tolerance,
  count(*) FILTER (WHERE verdict NOT IN ('by_day', 'doubled', 'elsewhere') AND (total_cost > 0 OR debits > 0)) AS rows,
  bool_or(verdict = 'waiting') AS inconclusive,
  CASE WHEN bool_or(verdict = 'by_day') THEN 'debited in daily batches: judged by usage_day'
    WHEN bool_or(verdict = 'waiting')
      THEN format('%s calls without a debit: the ledger after their end is not proven yet',
      count(*) FILTER (WHERE verdict = 'waiting')) END AS reason
FROM calls GROUP BY account_id, currency
UNION ALL
SELECT account_id, currency, verdict, uuid::text, coalesce(total_cost, 0), debit, unit, NULL, NULL, reason
FROM calls WHERE verdict NOT IN ('ok', 'by_day', 'waiting', 'doubled', 'elsewhere')
