-- check: rollups
-- version: 1
-- inputs: none
-- wait: 0h
-- formula: per customer: the sums of 15 minutes that the mirror keeps (usage_buckets, hangup_buckets, ledger_buckets)
--   against those of the calls and ledger entries that it has, all measures. It runs before the other checks of a day,
--   and in the same transaction makes those that differ what the rows add up to
-- tolerance: 0
-- break: none: the sums are right again. The reason says of how many customers they were made again: somebody has
--   changed rows outside the service, or the program has a fault
-- action: ask who changed rows, and look at the days that a row was moved from; if nobody did, report a fault
SELECT '*' AS account_id, '*' AS currency, NULL::text AS kind, NULL::text AS row_key, NULL::numeric AS expected,
  NULL::numeric AS actual, NULL::numeric AS tolerance, m.rows, false AS inconclusive,
  CASE WHEN m.accounts <> '{}' THEN format('sums of %s were made again from their rows: %s%s',
    CASE cardinality(m.accounts) WHEN 1 THEN '1 customer' ELSE cardinality(m.accounts) || ' customers' END,
    array_to_string(m.accounts[1:3], ', '), CASE WHEN cardinality(m.accounts) > 3 THEN ' and others' END) END AS reason
FROM vobiz_sync.mend_rollups(:'partner', :'from'::timestamptz, :'to'::timestamptz) m
