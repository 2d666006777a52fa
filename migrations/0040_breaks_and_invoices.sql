-- Breaks in dispute, and which of them hold a closing.
ALTER TABLE vobiz.reconciliation_breaks DROP CONSTRAINT reconciliation_breaks_state_check;
ALTER TABLE vobiz.reconciliation_breaks ADD CONSTRAINT reconciliation_breaks_state_check
  CHECK (state IN ('open', 'disputed', 'healed', 'accepted'));
ALTER TABLE vobiz.reconciliation_breaks ADD COLUMN ticket text;
COMMENT ON COLUMN vobiz.reconciliation_breaks.state IS
  'open; disputed: open, and the provider has been asked; healed: a later run on complete inputs did not find it; '
  'accepted: somebody has taken note of it';
COMMENT ON COLUMN vobiz.reconciliation_breaks.note IS 'why it was accepted or disputed';
COMMENT ON COLUMN vobiz.reconciliation_breaks.ticket IS 'the provider''s ticket of the last dispute';

ALTER TABLE vobiz.currencies ADD COLUMN material_from numeric CHECK (material_from >= 0);
COMMENT ON COLUMN vobiz.currencies.material_from IS
  'open breaks of less are listed, but hold neither a closing nor the alert; null: all of them do';

-- What an invoice needs: its decimals, the tax data as issued, codes for the accounts, and the calls that cost a fee.
ALTER TABLE vobiz.currencies ADD COLUMN invoice_decimals integer NOT NULL DEFAULT 2
  CHECK (invoice_decimals BETWEEN 0 AND 6);
COMMENT ON COLUMN vobiz.currencies.invoice_decimals IS
  'decimals that an invoice''s total is rounded to; 2 for currencies without a row';

CREATE TABLE vobiz.issued_taxes (
  partner_id     text NOT NULL,
  month          date NOT NULL,
  issue          integer NOT NULL,
  account_id     text NOT NULL,
  currency       text NOT NULL,
  gstin          text,
  gst_status     text,
  tds_percentage numeric,
  tds_amount     numeric,
  PRIMARY KEY (partner_id, month, issue, account_id, currency)
);
COMMENT ON TABLE vobiz.issued_taxes IS
  'the taxes of the invoices of frozen months, as issued; nothing changes them';
COMMENT ON COLUMN vobiz.issued_taxes.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz.issued_taxes.month IS 'first day of the billing month, in settings.timezone';
COMMENT ON COLUMN vobiz.issued_taxes.issue IS 'as in periods: the newest of a frozen month holds';
COMMENT ON COLUMN vobiz.issued_taxes.account_id IS 'auth_id of the customer';
COMMENT ON COLUMN vobiz.issued_taxes.currency IS 'ISO 4217 code of the invoice; XXX where nobody states one';
COMMENT ON COLUMN vobiz.issued_taxes.gstin IS 'Indian tax number (GSTIN)';
COMMENT ON COLUMN vobiz.issued_taxes.gst_status IS 'state of the tax registration';
COMMENT ON COLUMN vobiz.issued_taxes.tds_percentage IS
  'tax deducted at source, percent; 0: none is; null: the API did not say';
COMMENT ON COLUMN vobiz.issued_taxes.tds_amount IS 'tds_percentage of the invoice''s total, in currency';

CREATE TABLE vobiz.account_codes (
  line_kind    text PRIMARY KEY,
  account_code text NOT NULL CHECK (account_code <> ''),
  against_code text NOT NULL CHECK (against_code <> '')
);
COMMENT ON TABLE vobiz.account_codes IS
  'which accounts of the books a line of an invoice is posted to, to be edited: finance may update and insert rows, '
  'the service only reads them';
COMMENT ON COLUMN vobiz.account_codes.line_kind IS
  'as in vobiz_bi.invoice_lines_monthly; * for kinds without a row';
COMMENT ON COLUMN vobiz.account_codes.account_code IS
  'credited with a charge, debited with a credit: income, or bank for what is paid in';
COMMENT ON COLUMN vobiz.account_codes.against_code IS 'the other side: what is owed to customers, their wallets';
INSERT INTO vobiz.account_codes VALUES
  ('usage', '4010', '2100'), ('streaming', '4020', '2100'), ('non_connected', '4030', '2100'),
  ('ledger_difference', '4090', '2100'), ('rental', '4110', '2100'), ('rental_refund', '4110', '2100'),
  ('setup', '4120', '2100'), ('service', '4210', '2100'), ('refund', '4910', '2100'),
  ('credit_note', '4920', '2100'), ('debit_note', '4920', '2100'), ('goodwill', '4930', '2100'),
  ('adjustment', '4940', '2100'), ('rounding', '4990', '2100'), ('top_up', '1010', '2100'),
  ('chargeback', '1010', '2100'), ('transfer', '1020', '2100'), ('*', '4290', '2100');

CREATE INDEX cdrs_fees ON vobiz.cdrs (account_id, start_time) WHERE coalesce(billsec, 0) = 0 AND total_cost <> 0;

-- Lines issued before have their kinds by today's names, and usage apart from streaming and fees: their sums stay, and
-- period_notes compares like with like.
UPDATE vobiz.issued_lines SET line_kind = vobiz.line_kind(
    CASE WHEN line_kind = 'top_up' OR line_kind = 'adjustment' AND amount < 0 THEN 'credit' ELSE 'debit' END,
    reference_type)
  WHERE line_kind IN ('top_up', 'adjustment', 'rental', 'purchase', 'other');
WITH parts AS MATERIALIZED (
  SELECT i.partner_id, i.month, i.issue, i.line, c.*
  FROM vobiz.issued_lines i
  CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE coalesce(c.billsec, 0) = 0 AND c.total_cost <> 0) AS fee_calls,
      coalesce(sum(c.total_cost) FILTER (WHERE coalesce(c.billsec, 0) = 0), 0) AS fees,
      coalesce(sum(c.streaming_cost) FILTER (WHERE c.billsec > 0 OR c.total_cost = 0), 0) AS streaming
    FROM vobiz.cdrs c
    WHERE c.account_id = i.account_id AND c.partner_id = i.partner_id AND c.removed_at IS NULL
      AND c.start_time >= vobiz.billing_day_start(i.of_month)
      AND c.start_time < vobiz.billing_day_start((i.of_month + interval '1 month')::date)
      AND coalesce(nullif(c.currency, ''), 'XXX') = i.currency
      AND (coalesce(c.call_direction, ''), coalesce(c.context, '')) =
        (coalesce(i.call_direction, ''), coalesce(i.product, ''))) c
  WHERE i.line_kind = 'usage' AND i.of_month = i.month
), added AS (
  INSERT INTO vobiz.issued_lines (partner_id, month, issue, line, of_month, account_id, currency, line_kind,
    call_direction, product, quantity_items, amount)
  SELECT p.partner_id, p.month, p.issue, (SELECT max(m.line) FROM vobiz.issued_lines m
      WHERE (m.partner_id, m.month, m.issue) = (p.partner_id, p.month, p.issue))
    + row_number() OVER (PARTITION BY p.partner_id, p.month, p.issue ORDER BY p.line, n.kind), i.of_month,
    i.account_id, i.currency, n.kind, i.call_direction, i.product, n.calls, n.amount
  FROM parts p JOIN vobiz.issued_lines i USING (partner_id, month, issue, line)
  CROSS JOIN LATERAL (VALUES ('streaming', NULL, p.streaming), ('non_connected', p.fee_calls, p.fees))
    n (kind, calls, amount)
  WHERE n.amount <> 0)
UPDATE vobiz.issued_lines i SET amount = i.amount - p.streaming - p.fees,
  quantity_items = i.quantity_items - p.fee_calls
FROM parts p WHERE (i.partner_id, i.month, i.issue, i.line) = (p.partner_id, p.month, p.issue, p.line);
