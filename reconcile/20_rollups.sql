-- check: rollups
-- version: 1
-- inputs: none
-- wait: 0h
-- formula: per account and currency: the sums of 15 minutes that the mirror keeps (usage_buckets, hangup_buckets,
--   ledger_buckets) against those of the calls and ledger entries that it has, all measures. It runs before the
--   other checks of a day, and in the same transaction makes those that differ what the rows add up to
-- tolerance: 0
-- break: usage, hangups or ledger: what views, dashboards and statements showed of this customer's day were not the
--   sums of its rows: somebody has changed rows outside the service, or the program has a fault. They are right again.
--   The amounts are those of the sums that differed: costs, numbers of calls, or amounts of entries
-- action: ask who changed rows, and look at the days that a row was moved from; if nobody did, report a fault; the
--   next run heals it
SELECT m.account_id, m.currency, m.rollup AS kind, m.rollup AS row_key, sum(m.expected) AS expected,
  sum(m.actual) AS actual, CASE WHEN m.rollup IS NOT NULL THEN 0 END AS tolerance, sum(m.rows) AS rows,
  false AS inconclusive,
  CASE WHEN m.rollup IS NOT NULL
    THEN format('%s sums of 15 minutes were not those of the rows, and were made again', sum(m.sums)) END AS reason
FROM (
  SELECT coalesce(d.account_id, '*') AS account_id,
    CASE WHEN d.currency = '' THEN vobiz.account_currency(d.account_id) ELSE coalesce(d.currency, '*') END AS currency,
    d.rollup, d.sums, d.expected, d.actual, d.rows
  FROM vobiz_sync.mend_rollups(:'partner', :'from'::timestamptz, :'to'::timestamptz) d) m
GROUP BY m.account_id, m.currency, m.rollup
