-- check: call_charge
-- version: 1
-- inputs: cdrs, transactions
-- wait: 0h
-- formula: per call, the completed debits less reversals with the reference cdr:<uuid> (cdr, stream_cdr and ncc
--   added up, whenever they were booked) against the call's total_cost
-- tolerance: one minor unit for each call
-- break: no_debit: a call with a cost that nobody paid for; no_cdr: a debit for a call that does not exist;
--   amount_differs: the debit is not the call's cost. A call charged twice is double_charge's. An account that
--   is debited in daily batches has no debit for each call and is left to usage_day. A call without a debit is
--   not judged before the ledger is proven for "settle" after the call's end
-- action: send the provider the uuid and both amounts; for no_debit decide whether to charge later or to waive
WITH calls AS MATERIALIZED (
  SELECT * FROM vobiz.judged_calls(:'partner', :'from'::timestamptz, :'to'::timestamptz, :'settle'::interval))
SELECT account_id, currency, NULL::text AS kind, NULL::text AS row_key,
  sum(total_cost) FILTER (WHERE verdict NOT IN ('by_day', 'doubled')) AS expected,
  sum(debit) FILTER (WHERE verdict NOT IN ('by_day', 'doubled')) AS actual, max(unit) AS tolerance,
  count(*) FILTER (WHERE verdict NOT IN ('by_day', 'doubled') AND (total_cost > 0 OR debits > 0)) AS rows,
  bool_or(verdict = 'waiting') AS inconclusive,
  CASE WHEN bool_or(verdict = 'by_day') THEN 'debited in daily batches: judged by usage_day'
    WHEN bool_or(verdict = 'waiting')
      THEN format('%s calls without a debit: the ledger after their end is not proven yet',
      count(*) FILTER (WHERE verdict = 'waiting')) END AS reason
FROM calls GROUP BY account_id, currency
UNION ALL
SELECT account_id, currency, verdict, uuid::text, coalesce(total_cost, 0), debit, unit, NULL, NULL,
  CASE verdict WHEN 'no_debit' THEN 'no debit for this call'
    WHEN 'no_cdr' THEN format('%s debits for a call that is not in the records', debits)
    ELSE format('%s debits and %s reversals', debits, reversals) END
FROM calls WHERE verdict IN ('no_debit', 'no_cdr', 'amount_differs')
