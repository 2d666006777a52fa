-- Where the API leaves the reference type out, the type may say it. A credit that says nothing is taken for a top-up.
CREATE OR REPLACE FUNCTION vobiz.line_kind(type text, reference_type text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT CASE
    WHEN what IN ('cdr', 'stream_cdr', 'ncc') THEN CASE WHEN credit THEN 'refund' ELSE 'call' END
    WHEN what LIKE '%rental' THEN CASE WHEN credit THEN 'rental_refund' ELSE 'rental' END
    WHEN what LIKE 'did%' OR what LIKE 'number%' THEN CASE WHEN credit THEN 'refund' ELSE 'setup' END
    WHEN what IN ('payment', 'recharge', 'topup', 'top_up', 'chargeback')
      THEN CASE WHEN credit AND what <> 'chargeback' THEN 'top_up' ELSE 'chargeback' END
    WHEN what IN ('balance_transfer', 'transfer') THEN 'transfer'
    WHEN what IN ('refund', 'reversal') THEN 'refund'
    WHEN what IN ('credit_note', 'debit_note') THEN what
    WHEN what IN ('manual_adjustment', 'adjustment', 'goodwill')
      THEN CASE WHEN credit THEN 'goodwill' ELSE 'adjustment' END
    WHEN what ~ '^(recording|transcri|redact|pii|whatsapp)' AND credit THEN 'refund'
    WHEN what = '' THEN CASE WHEN credit THEN 'top_up' ELSE 'other' END
    ELSE CASE WHEN credit THEN 'other' ELSE 'service' END END
  FROM (SELECT lower(coalesce(nullif(reference_type, ''), nullif(nullif(type, 'credit'), 'debit'), '')) AS what,
    vobiz.is_credit(type) AS credit) e
$$;
COMMENT ON FUNCTION vobiz.line_kind IS
  'the kind of invoice line of a ledger entry, as in vobiz_bi.invoice_lines_monthly; call: a charge for a call, whose '
  'lines are made from the calls';
