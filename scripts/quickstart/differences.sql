-- Compares the mirror of one partner with the simulator's own records (:cdrs, :transactions and :wallets are
-- the answers of its /_control/truth). Returns one line per difference, and none when the two agree.
WITH said AS (
  SELECT 'cdrs' AS stream, day, count, array[total_cost, billsec, duration] AS sums
  FROM jsonb_to_recordset(:'cdrs'::jsonb -> 'days')
    AS d(day date, count bigint, total_cost numeric, billsec numeric, duration numeric)
  UNION ALL
  SELECT 'transactions', day, count, array[debit, credit]
  FROM jsonb_to_recordset(:'transactions'::jsonb -> 'days')
    AS d(day date, count bigint, debit numeric, credit numeric)
), held AS (
  SELECT 'cdrs' AS stream, window_day AS day, count(*),
         array[sum(total_cost), sum(billsec), sum(duration)]::numeric[] AS sums
  FROM vobiz.cdrs WHERE partner_id = :'partner' AND removed_at IS NULL GROUP BY window_day
  UNION ALL
  SELECT 'transactions', window_day, count(*),
         array[coalesce(sum(amount) FILTER (WHERE NOT vobiz.is_credit(type)), 0),
               coalesce(sum(amount) FILTER (WHERE vobiz.is_credit(type)), 0)]
  FROM vobiz.transactions WHERE partner_id = :'partner' AND removed_at IS NULL GROUP BY window_day
)
SELECT format('%s %s: the provider has %s rows %s, the mirror %s rows %s', stream, day,
              coalesce(s.count, 0), s.sums, coalesce(h.count, 0), h.sums)
FROM said s FULL JOIN held h USING (stream, day)
WHERE coalesce(s.count, 0) <> coalesce(h.count, 0) OR s.sums <> h.sums
UNION ALL
SELECT format('wallet of %s: the provider has %s, the mirror %s', auth_id, s.cash_credits, a.cash_credits)
FROM (SELECT * FROM jsonb_to_recordset(:'wallets'::jsonb -> 'accounts')
        AS w(auth_id text, listed boolean, cash_credits numeric) WHERE listed) AS s
FULL JOIN (SELECT auth_id, cash_credits FROM vobiz.accounts
           WHERE partner_id = :'partner' AND removed_at IS NULL) AS a USING (auth_id)
WHERE a.cash_credits IS DISTINCT FROM s.cash_credits
UNION ALL
SELECT format('master wallet: the provider has %s, the mirror %s', balance, said)
FROM vobiz.partners, (SELECT (:'wallets'::jsonb ->> 'partner_balance')::numeric AS said) AS s
WHERE partner_id = :'partner' AND balance IS DISTINCT FROM said
ORDER BY 1;
