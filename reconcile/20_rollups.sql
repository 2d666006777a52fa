-- check: rollups
-- version: 1
-- inputs: cdrs, transactions
-- wait: 0h
-- formula: of eight of the day's quarters of an hour with calls or entries, chosen by a hash, and of those with an open
--   break, per account: the calls and ledger entries that the mirror has against the sums that it keeps of them
--   (usage_buckets, hangup_buckets, ledger_buckets), all measures
-- tolerance: 0
-- break: usage, hangups or ledger: the sums that views and dashboards show are not those of the rows: somebody has
--   changed rows by hand, or the program has a fault. The amounts are costs, numbers of calls or debits and credits
-- action: vobiz-syncd rebuild-rollups --from DAY --to DAY, and ask who changed rows; if nobody did, report a fault
WITH active AS (
  SELECT vobiz_sync.bucket_of(c.start_time) AS bucket_start FROM vobiz.cdrs c
  WHERE c.partner_id = :'partner' AND c.removed_at IS NULL
    AND c.start_time >= :'from'::timestamptz AND c.start_time < :'to'::timestamptz
  UNION SELECT vobiz_sync.bucket_of(t.created_at) FROM vobiz.transactions t
  WHERE t.partner_id = :'partner' AND t.removed_at IS NULL
    AND t.created_at >= :'from'::timestamptz AND t.created_at < :'to'::timestamptz
  UNION SELECT b.bucket_start FROM vobiz.usage_buckets b
  WHERE b.partner_id = :'partner' AND b.hour > :'from'::timestamptz - interval '1 hour' AND b.hour < :'to'::timestamptz
    AND b.bucket_start >= :'from'::timestamptz AND b.bucket_start < :'to'::timestamptz),
quarters AS MATERIALIZED (
  (SELECT bucket_start FROM active ORDER BY md5(:'partner' || extract(epoch FROM bucket_start)::text) LIMIT 8)
  UNION SELECT b.row_key::timestamptz FROM vobiz.reconciliation_breaks b
  WHERE b.partner_id = :'partner' AND b.billing_day = :'day'::date AND b.check_name = 'rollups'
    AND b.state <> 'healed'),
calls AS MATERIALIZED (
  SELECT c.account_id, q.bucket_start, coalesce(c.call_direction, '') AS call_direction,
    coalesce(c.context, '') AS context, coalesce(c.currency, '') AS currency,
    coalesce(c.hangup_cause, '') AS hangup_cause, coalesce(c.billsec, 0) AS billsec,
    coalesce(c.duration, 0) AS duration, coalesce(c.cost, 0) AS cost, coalesce(c.streaming_cost, 0) AS streaming_cost,
    coalesce(c.total_cost, 0) AS total_cost,
    CASE WHEN c.billsec > 0 THEN extract(epoch FROM c.answer_time) - extract(epoch FROM c.start_time) END AS delay,
    CASE WHEN c.mos >= 1 THEN c.mos END AS mos, CASE WHEN c.mos >= 1 THEN c.jitter END AS jitter,
    CASE WHEN c.mos >= 1 THEN c.packet_loss END AS packet_loss
  FROM quarters q JOIN vobiz.cdrs c
    ON c.start_time >= q.bucket_start AND c.start_time < q.bucket_start + interval '15 minutes'
  WHERE c.partner_id = :'partner' AND c.removed_at IS NULL
    AND c.start_time >= :'from'::timestamptz AND c.start_time < :'to'::timestamptz + interval '15 minutes'),
entries AS MATERIALIZED (
  SELECT t.account_id, q.bucket_start, coalesce(t.currency, '') AS currency, t.type,
    coalesce(t.reference_type, '') AS reference_type, coalesce(t.status, '') AS status, t.amount, t.first_seen_at
  FROM (
    SELECT t.*, t.created_at AS at FROM vobiz.transactions t
    WHERE t.partner_id = :'partner' AND t.removed_at IS NULL
      AND t.created_at >= :'from'::timestamptz AND t.created_at < :'to'::timestamptz + interval '15 minutes'
    UNION ALL
    SELECT t.*, vobiz_sync.entry_time(NULL, t.processed_at, t.window_day) FROM vobiz.transactions t
    WHERE t.partner_id = :'partner' AND t.removed_at IS NULL AND t.created_at IS NULL) t
  JOIN quarters q ON t.at >= q.bucket_start AND t.at < q.bucket_start + interval '15 minutes'),
accounts AS MATERIALIZED (
  SELECT a.auth_id AS account_id FROM vobiz.accounts a WHERE a.partner_id = :'partner'
  UNION SELECT account_id FROM calls UNION SELECT account_id FROM entries),
kept_usage AS (
  SELECT b.* FROM quarters q JOIN vobiz.usage_buckets b
    ON b.hour > q.bucket_start - interval '1 hour' AND b.hour <= q.bucket_start AND b.bucket_start = q.bucket_start
  WHERE b.partner_id = :'partner'),
kept_hangups AS (
  SELECT b.* FROM accounts a CROSS JOIN quarters q CROSS JOIN LATERAL (
    SELECT * FROM vobiz.hangup_buckets b
    WHERE b.account_id = a.account_id AND b.bucket_start = q.bucket_start AND b.partner_id = :'partner' OFFSET 0) b),
kept_ledger AS (
  SELECT b.* FROM accounts a CROSS JOIN quarters q CROSS JOIN LATERAL (
    SELECT * FROM vobiz.ledger_buckets b
    WHERE b.account_id = a.account_id AND b.bucket_start = q.bucket_start AND b.partner_id = :'partner' OFFSET 0) b),
compared AS (
  SELECT 'usage' AS kind, account_id, bucket_start, currency, coalesce(c.attempts, 0) AS rows,
    coalesce(k.attempts, 0) AS kept_rows, coalesce(c.total_cost, 0) AS expected, coalesce(k.total_cost, 0) AS actual,
    ROW (c.attempts, c.answered, c.short_calls, c.billsec, c.duration, c.cost, c.streaming_cost, c.total_cost,
      c.delay, c.delays, c.mos, c.with_mos, c.poor, c.jitter, c.with_jitter, c.packet_loss, c.with_packet_loss)
    IS DISTINCT FROM
    ROW (k.attempts, k.answered, k.short_calls, k.billsec, k.duration, k.cost, k.streaming_cost, k.total_cost,
      k.answer_delay_seconds, k.answer_delay_calls, k.mos_sum, k.mos_calls, k.poor_calls, k.jitter_sum,
      k.jitter_calls, k.packet_loss_sum, k.packet_loss_calls) AS differs
  FROM (
    SELECT account_id, bucket_start, call_direction, context, currency, count(*) AS attempts,
      sum(sign(billsec)) AS answered, sum((billsec BETWEEN 1 AND 6)::integer) AS short_calls, sum(billsec) AS billsec,
      sum(duration) AS duration, sum(cost) AS cost, sum(streaming_cost) AS streaming_cost,
      sum(total_cost) AS total_cost, coalesce(sum(delay), 0) AS delay, count(delay) AS delays,
      coalesce(sum(mos), 0) AS mos, count(mos) AS with_mos, count(nullif(mos < 3.6, false)) AS poor,
      coalesce(sum(jitter), 0) AS jitter, count(jitter) AS with_jitter,
      coalesce(sum(packet_loss), 0) AS packet_loss, count(packet_loss) AS with_packet_loss
    FROM calls GROUP BY 1, 2, 3, 4, 5) c
  FULL JOIN kept_usage k USING (account_id, bucket_start, call_direction, context, currency)
  UNION ALL
  SELECT 'hangups', account_id, bucket_start, '', coalesce(c.attempts, 0), coalesce(k.attempts, 0),
    coalesce(c.attempts, 0), coalesce(k.attempts, 0),
    ROW (c.attempts, c.answered) IS DISTINCT FROM ROW (k.attempts, k.answered)
  FROM (
    SELECT account_id, bucket_start, call_direction, hangup_cause, count(*) AS attempts, sum(sign(billsec)) AS answered
    FROM calls GROUP BY 1, 2, 3, 4) c
  FULL JOIN kept_hangups k USING (account_id, bucket_start, call_direction, hangup_cause)
  UNION ALL
  SELECT 'ledger', account_id, bucket_start, currency, coalesce(e.entries, 0), coalesce(k.entries, 0),
    coalesce(e.amount, 0), coalesce(k.amount, 0),
    ROW (e.entries, e.amount, e.credit, e.amount - e.credit, e.first_seen_from, e.first_seen_to)
    IS DISTINCT FROM ROW (k.entries, k.amount, k.credit, k.debit, k.first_seen_from, k.first_seen_to)
  FROM (
    SELECT account_id, bucket_start, currency, type, reference_type, status, count(*) AS entries,
      sum(amount) AS amount, sum(CASE WHEN vobiz.is_credit(type) THEN amount ELSE 0 END) AS credit,
      min(first_seen_at) AS first_seen_from, max(first_seen_at) AS first_seen_to
    FROM entries GROUP BY 1, 2, 3, 4, 5, 6) e
  FULL JOIN kept_ledger k USING (account_id, bucket_start, currency, type, reference_type, status)),
differing AS (
  SELECT kind, account_id, bucket_start, currency, sum(rows) AS rows, sum(kept_rows) AS kept_rows,
    sum(expected) AS expected, sum(actual) AS actual, count(*) FILTER (WHERE differs) AS sums
  FROM compared GROUP BY 1, 2, 3, 4 HAVING bool_or(differs))
SELECT '*' AS account_id, '*' AS currency, NULL::text AS kind, NULL::text AS row_key, NULL::numeric AS expected,
  NULL::numeric AS actual, NULL::numeric AS tolerance, (SELECT count(*) FROM calls) + (SELECT count(*) FROM entries)
    AS rows, false AS inconclusive, NULL::text AS reason
UNION ALL
SELECT d.account_id,
  CASE WHEN d.kind = 'hangups' THEN '*' ELSE coalesce(nullif(d.currency, ''), vobiz.account_currency(d.account_id)) END,
  d.kind, to_char(d.bucket_start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI"Z"'), d.expected, d.actual, 0, NULL, NULL,
  format('%s sums differ, of %s rows; the rollup has %s', d.sums, d.rows, d.kept_rows)
FROM differing d
