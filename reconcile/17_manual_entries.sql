-- check: manual_entries
-- version: 1
-- inputs: cdrs, transactions, accounts
-- wait: 0h
-- formula: entries that a person makes: a refund names a charge that the customer paid (a call, which batches may have
--   paid for, or a number), and no more is given back for a call than was charged; no two payments of a customer
--   carry the same reference; a manual adjustment that takes money, has no text or is above approval_above
--   (vobiz.currencies), a refund that names nothing, a payment that is taken back and an entry of no known kind above
--   approval_above have been approved
-- tolerance: 0; approval_above
-- break: refund_without_charge: money back for nothing; repeated_reference: the same payment credited twice (35 days);
--   needs_approval: somebody has to say that it is right, with "reconcile accept ID --note …"
-- action: look for the mail or the ticket behind it; accept it with the ticket's number, or have it reversed
WITH entries AS MATERIALIZED (
  SELECT t.account_id, t.id, t.created_at, t.amount, t.reference, t.description, t.reference_type, t.cdr_uuid,
    coalesce(t.currency, vobiz.account_currency(t.account_id)) AS currency, vobiz.is_credit(t.type) AS credit,
    CASE
      WHEN t.reference_type = 'manual_adjustment' OR t.reference_type IS NULL
        AND t.description ~* '^(manual|adjustment|goodwill)' THEN 'adjustment'
      WHEN t.reference_type IN ('refund', 'reversal', 'credit_note', 'chargeback') OR t.reference_type IS NULL
        AND (t.type = 'refund' OR t.description ~* '^(refund|reversal|credit note|chargeback)') THEN 'refund'
      WHEN t.reference_type = 'payment' OR t.reference_type IS NULL AND (t.type IN ('payment', 'recharge', 'topup',
        'top_up') OR t.description ~* '(recharge|top.?up|payment)') THEN 'payment'
      WHEN t.reference_type IS NOT NULL OR t.reference IS NOT NULL OR t.type NOT IN ('credit', 'debit')
        OR t.description ~* '^(call|calls|stream|non-connected|did|number|recording|transcri|transfer)\M' THEN 'known'
      ELSE 'unknown' END AS what
  FROM vobiz.transactions t
  WHERE t.partner_id = :'partner' AND t.created_at >= :'from'::timestamptz AND t.created_at < :'to'::timestamptz
    AND t.removed_at IS NULL AND vobiz.is_cash(t.status)
    -- A charge for a call is call_charge's.
    AND NOT (t.cdr_uuid IS NOT NULL AND NOT vobiz.is_credit(t.type))),
judged AS MATERIALIZED (
  SELECT e.*, c.approval_above,
    CASE
      WHEN e.what = 'refund' AND e.credit AND e.cdr_uuid IS NOT NULL AND NOT r.paid
        AND NOT (r.held AND vobiz.debited_by_day(e.account_id, e.created_at, e.created_at)) THEN 'refund_without_charge'
      WHEN e.what = 'payment' AND e.credit AND e.reference IS NOT NULL AND EXISTS (
        SELECT FROM vobiz.transactions o
        WHERE o.account_id = e.account_id AND o.cdr_uuid IS NULL AND o.removed_at IS NULL
          AND o.created_at >= e.created_at - interval '35 days' AND o.created_at <= e.created_at
          AND o.reference = e.reference AND vobiz.is_credit(o.type) AND vobiz.is_cash(o.status)
          AND (o.created_at, o.id) < (e.created_at, e.id)) THEN 'repeated_reference'
      WHEN e.what = 'adjustment' AND (NOT e.credit OR btrim(coalesce(e.description, '')) = ''
        OR coalesce(e.amount > c.approval_above, true)) THEN 'needs_approval'
      WHEN e.what = 'refund' AND e.cdr_uuid IS NULL AND vobiz.number_named(e.reference, e.description) IS NULL
        THEN 'needs_approval'
      WHEN e.what = 'payment' AND NOT e.credit THEN 'needs_approval'
      WHEN e.what = 'unknown' AND coalesce(e.amount > c.approval_above, true) THEN 'needs_approval'
    END AS kind
  FROM entries e
  LEFT JOIN vobiz.currencies c ON c.currency = e.currency
  LEFT JOIN LATERAL (
    SELECT EXISTS (SELECT FROM vobiz.transactions t
        WHERE t.cdr_uuid = e.cdr_uuid AND t.account_id = e.account_id AND t.removed_at IS NULL
          AND NOT vobiz.is_credit(t.type) AND vobiz.is_cash(t.status)) AS paid,
      EXISTS (SELECT FROM vobiz.cdrs c WHERE c.uuid = e.cdr_uuid AND c.account_id = e.account_id
        AND c.removed_at IS NULL) AS held
    WHERE e.what = 'refund' AND e.cdr_uuid IS NOT NULL) r ON true)
SELECT account_id, currency, NULL::text AS kind, NULL::text AS row_key, NULL::numeric AS expected,
  NULL::numeric AS actual, 0::numeric AS tolerance, count(*) AS rows, false AS inconclusive, NULL::text AS reason
FROM judged GROUP BY account_id, currency
UNION ALL
SELECT account_id, currency, kind, id, 0, CASE WHEN credit THEN amount ELSE -amount END, approval_above, NULL, NULL,
  CASE kind
    WHEN 'refund_without_charge' THEN format('the customer was not charged for call %s', cdr_uuid)
    WHEN 'repeated_reference' THEN format('the payment %s stands a second time', reference)
    ELSE format('%s without approval: %s', CASE what WHEN 'unknown' THEN 'an entry of no known kind'
      WHEN 'payment' THEN 'a payment taken back' WHEN 'refund' THEN 'a refund' ELSE 'an adjustment' END,
      coalesce(nullif(btrim(description), ''), 'no text')) END
FROM judged WHERE kind IS NOT NULL
