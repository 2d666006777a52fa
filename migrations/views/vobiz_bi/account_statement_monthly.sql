CREATE OR REPLACE VIEW vobiz_bi.account_statement_monthly AS
WITH today AS MATERIALIZED (
  SELECT vobiz.billing_day(now()) AS day, s.settle FROM vobiz.settings s
), wallets AS (
  SELECT partner_id, account_id, currency, min(day) AS first_day FROM (
    SELECT partner_id, account_id, coalesce(nullif(currency, ''), 'XXX') AS currency, day FROM vobiz.ledger_days
    UNION ALL
    SELECT partner_id, auth_id, currency, vobiz.billing_day(captured_at) FROM vobiz.account_balances) d
  GROUP BY partner_id, account_id, currency
), months AS (
  SELECT w.partner_id, w.account_id, w.currency, m::date AS month, (m + interval '1 month')::date AS next_month
  FROM wallets w CROSS JOIN today t CROSS JOIN LATERAL generate_series(
    date_trunc('month', w.first_day::timestamp), date_trunc('month', t.day::timestamp), interval '1 month') m
), kinds AS (
  SELECT partner_id, account_id, coalesce(nullif(currency, ''), 'XXX') AS currency,
    date_trunc('month', day)::date AS month,
    reference_type, sum(credit) AS credit, sum(debit) AS debit
  FROM vobiz.ledger_days WHERE lower(status) = 'completed'
  GROUP BY 1, 2, 3, 4, 5
), sums AS (
  SELECT partner_id, account_id, currency, month, sum(credit) AS credit, sum(debit) AS debit,
    sum(debit) FILTER (WHERE reference_type IN ('cdr', 'stream_cdr', 'ncc')) AS call_debit,
    sum(debit) FILTER (WHERE reference_type LIKE 'did%') AS number_debit,
    jsonb_object_agg(coalesce(nullif(reference_type, ''), 'none'), debit) FILTER (WHERE debit <> 0) AS debits,
    jsonb_object_agg(coalesce(nullif(reference_type, ''), 'none'), credit) FILTER (WHERE credit <> 0) AS credits
  FROM kinds GROUP BY partner_id, account_id, currency, month
), issued AS (
  SELECT i.* FROM vobiz.issued_statements i JOIN vobiz.frozen_months USING (partner_id, month, issue)
), notes AS (
  SELECT partner_id, account_id, currency, month, sum(amount) AS amount FROM vobiz_bi.period_notes
  GROUP BY partner_id, account_id, currency, month
)
SELECT m.partner_id, m.month, m.account_id, a.name AS account_name, m.currency,
  w.opening AS opening_balance, g.credit, g.debit, g.call_debit, g.number_debit,
  g.debit - g.call_debit - g.number_debit AS other_debit, g.debits AS debits_by_reference_type,
  g.credits AS credits_by_reference_type, w.closing AS closing_balance,
  w.closing - w.opening - g.credit + g.debit + g.notes AS unexplained_amount,
  coalesce(j.effect, 0) AS adjustments_after_close, coalesce(j.entries, 0) AS adjusted_entries,
  vobiz.usage_after_close(m.partner_id, m.account_id, m.currency, m.month) AS usage_adjustments_after_close,
  p.unproven AS unproven_windows, p.unproven = 0 AND m.next_month <= t.day AS is_proven,
  g.notes AS notes_amount, i.issued_at
FROM months m CROSS JOIN today t
LEFT JOIN sums s USING (partner_id, account_id, currency, month)
LEFT JOIN issued i USING (partner_id, account_id, currency, month)
LEFT JOIN notes n USING (partner_id, account_id, currency, month)
LEFT JOIN vobiz.accounts a ON a.auth_id = m.account_id
CROSS JOIN LATERAL (
  SELECT coalesce(i.credit, s.credit, 0) AS credit, coalesce(i.debit, s.debit, 0) AS debit,
    coalesce(i.call_debit, s.call_debit, 0) AS call_debit, coalesce(i.number_debit, s.number_debit, 0) AS number_debit,
    coalesce(i.debits, s.debits, '{}') AS debits, coalesce(i.credits, s.credits, '{}') AS credits,
    coalesce(i.notes_amount, n.amount, 0) AS notes) g
CROSS JOIN LATERAL (
  SELECT o.opening, CASE
    WHEN i.issued_at IS NOT NULL THEN i.closing_balance
    WHEN m.next_month <= t.day THEN vobiz.wallet_at(m.partner_id, m.account_id, m.currency, m.next_month)
    ELSE o.opening + g.credit - g.debit - g.notes END AS closing
  FROM (
    -- An issued balance stands, whatever is booked into the months before it later.
    SELECT CASE WHEN i.issued_at IS NOT NULL THEN i.opening_balance ELSE coalesce(
      (SELECT b.closing_balance FROM issued b WHERE (b.partner_id, b.account_id, b.currency) =
        (m.partner_id, m.account_id, m.currency) AND b.month = (m.month - interval '1 month')::date),
      vobiz.wallet_at(m.partner_id, m.account_id, m.currency, m.month)) END AS opening) o) w
CROSS JOIN LATERAL (SELECT vobiz.unproven_windows(m.partner_id, m.account_id, m.month) AS unproven) p
LEFT JOIN LATERAL (
  SELECT sum(e.effect) AS effect, count(*) AS entries
  FROM vobiz.entries_after_close(m.partner_id, m.account_id, m.month) e WHERE e.currency = m.currency) j ON true;
COMMENT ON VIEW vobiz_bi.account_statement_monthly IS
  'the wallet of each customer by billing month, as finance closes it: what is not known is null, never a guess; '
  'months are those of settings.timezone';
COMMENT ON COLUMN vobiz_bi.account_statement_monthly.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_bi.account_statement_monthly.month IS 'first day of the billing month, in settings.timezone';
COMMENT ON COLUMN vobiz_bi.account_statement_monthly.account_id IS 'auth_id of the customer';
COMMENT ON COLUMN vobiz_bi.account_statement_monthly.account_name IS 'customer''s display name';
COMMENT ON COLUMN vobiz_bi.account_statement_monthly.currency IS
  'ISO 4217 code of the wallet; XXX where nobody states one';
COMMENT ON COLUMN vobiz_bi.account_statement_monthly.opening_balance IS
  'the closing balance issued for the month before, if that is frozen; else the balance read next to the start of the '
  'month, rolled to that instant by the completed ledger entries between (vobiz.wallet_at); null where the ledger is '
  'not proven that far';
COMMENT ON COLUMN vobiz_bi.account_statement_monthly.credit IS
  'completed credits of the month, by created_at, in currency';
COMMENT ON COLUMN vobiz_bi.account_statement_monthly.debit IS
  'completed debits of the month, by created_at, in currency';
COMMENT ON COLUMN vobiz_bi.account_statement_monthly.call_debit IS 'of debit: reference types cdr, stream_cdr and ncc';
COMMENT ON COLUMN vobiz_bi.account_statement_monthly.number_debit IS
  'of debit: did_purchase, did_rental and the older number types';
COMMENT ON COLUMN vobiz_bi.account_statement_monthly.other_debit IS 'of debit: all other reference types';
COMMENT ON COLUMN vobiz_bi.account_statement_monthly.debits_by_reference_type IS 'of debit: {reference type: amount}';
COMMENT ON COLUMN vobiz_bi.account_statement_monthly.credits_by_reference_type IS 'of credit: {reference type: amount}';
COMMENT ON COLUMN vobiz_bi.account_statement_monthly.closing_balance IS
  'wallet at the end of the month, made like opening_balance; of a month that is not over, opening_balance + '
  'credit - debit so far; null where not known';
COMMENT ON COLUMN vobiz_bi.account_statement_monthly.unexplained_amount IS
  'closing_balance - opening_balance - credit + debit + notes_amount, in currency: what the wallet moved without a '
  'ledger entry; 0 in order, null where a balance is not known';
COMMENT ON COLUMN vobiz_bi.account_statement_monthly.adjustments_after_close IS
  'effect on the wallet of entries that were first seen, or changed, after the end of the month plus '
  'settings.settle, in currency; it is part of credit and debit';
COMMENT ON COLUMN vobiz_bi.account_statement_monthly.adjusted_entries IS 'how many entries that is';
COMMENT ON COLUMN vobiz_bi.account_statement_monthly.usage_adjustments_after_close IS
  'changes of total_cost of calls of the month, seen after the same time, in currency';
COMMENT ON COLUMN vobiz_bi.account_statement_monthly.unproven_windows IS
  'UTC days that touch the month and are not proven, calls and ledger counted each';
COMMENT ON COLUMN vobiz_bi.account_statement_monthly.is_proven IS
  'whether the month is over and every window of it is proven; otherwise all figures are provisional';
COMMENT ON COLUMN vobiz_bi.account_statement_monthly.notes_amount IS
  'debit notes less credit notes of the month, about earlier frozen months (period_notes), in currency';
COMMENT ON COLUMN vobiz_bi.account_statement_monthly.issued_at IS
  'when the month was frozen: balances, credit, debit and notes stand as issued; null: live';
GRANT SELECT ON vobiz_bi.account_statement_monthly TO vobiz_reader, vobiz_writer;
