-- Billing months that finance has closed, and what was issued for them.
CREATE TABLE vobiz.periods (
  partner_id text NOT NULL,
  month      date NOT NULL CHECK (extract(day FROM month) = 1),
  state      text NOT NULL CHECK (state IN ('draft', 'frozen', 'reopened')),
  issue      integer NOT NULL DEFAULT 0,
  run_id     bigint,
  frozen_at  timestamptz,
  changed_at timestamptz NOT NULL DEFAULT now(),
  changed_by text NOT NULL,
  note       text,
  history    jsonb NOT NULL DEFAULT '[]',
  PRIMARY KEY (partner_id, month)
);
COMMENT ON TABLE vobiz.periods IS
  'billing months on their way to be closed; a month without a row is open (vobiz_bi.periods)';
COMMENT ON COLUMN vobiz.periods.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz.periods.month IS 'first day of the billing month, in settings.timezone';
COMMENT ON COLUMN vobiz.periods.state IS
  'draft: checked, not approved; frozen: approved, statements and lines stand as issued; reopened: live again';
COMMENT ON COLUMN vobiz.periods.issue IS
  'how often it was frozen; the statements and lines of this issue hold';
COMMENT ON COLUMN vobiz.periods.run_id IS 'the reconciliation run that the state rests on';
COMMENT ON COLUMN vobiz.periods.frozen_at IS 'when it was last frozen; null: never';
COMMENT ON COLUMN vobiz.periods.changed_at IS 'when the state last changed';
COMMENT ON COLUMN vobiz.periods.changed_by IS 'who changed it: user of the system';
COMMENT ON COLUMN vobiz.periods.note IS 'why, as that person wrote';
COMMENT ON COLUMN vobiz.periods.history IS
  'each change: when, state, by whom, note, run, open breaks and what could not be judged';

CREATE TABLE vobiz.issued_statements (
  partner_id      text NOT NULL,
  month           date NOT NULL,
  issue           integer NOT NULL,
  account_id      text NOT NULL,
  currency        text NOT NULL,
  opening_balance numeric,
  credit          numeric NOT NULL,
  debit           numeric NOT NULL,
  call_debit      numeric NOT NULL,
  number_debit    numeric NOT NULL,
  debits          jsonb NOT NULL,
  credits         jsonb NOT NULL,
  notes_amount    numeric NOT NULL,
  closing_balance numeric,
  issued_at       timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (partner_id, month, issue, account_id, currency)
);
COMMENT ON TABLE vobiz.issued_statements IS 'the statements of frozen months, as issued; nothing changes them';
COMMENT ON COLUMN vobiz.issued_statements.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz.issued_statements.month IS 'first day of the billing month, in settings.timezone';
COMMENT ON COLUMN vobiz.issued_statements.issue IS 'as in periods: the newest of a frozen month holds';
COMMENT ON COLUMN vobiz.issued_statements.account_id IS 'auth_id of the customer';
COMMENT ON COLUMN vobiz.issued_statements.currency IS 'ISO 4217 code of the wallet; XXX where nobody states one';
COMMENT ON COLUMN vobiz.issued_statements.opening_balance IS
  'the closing balance issued for the month before, or else the wallet at the start of the month; null: not known';
COMMENT ON COLUMN vobiz.issued_statements.credit IS 'completed credits of the month, in currency';
COMMENT ON COLUMN vobiz.issued_statements.debit IS 'completed debits of the month, in currency';
COMMENT ON COLUMN vobiz.issued_statements.call_debit IS 'of debit: calls';
COMMENT ON COLUMN vobiz.issued_statements.number_debit IS 'of debit: numbers';
COMMENT ON COLUMN vobiz.issued_statements.debits IS 'of debit: {reference type: amount}';
COMMENT ON COLUMN vobiz.issued_statements.credits IS 'of credit: {reference type: amount}';
COMMENT ON COLUMN vobiz.issued_statements.notes_amount IS
  'debit notes less credit notes about earlier frozen months, in currency';
COMMENT ON COLUMN vobiz.issued_statements.closing_balance IS 'the wallet at the end of the month; null: not known';
COMMENT ON COLUMN vobiz.issued_statements.issued_at IS 'when it was issued';

CREATE TABLE vobiz.issued_lines (
  partner_id       text NOT NULL,
  month            date NOT NULL,
  issue            integer NOT NULL,
  line             integer NOT NULL,
  of_month         date NOT NULL,
  account_id       text NOT NULL,
  currency         text NOT NULL,
  line_kind        text NOT NULL,
  call_direction   text,
  product          text,
  reference_type   text,
  quantity_items   bigint,
  billable_minutes numeric,
  amount           numeric NOT NULL,
  PRIMARY KEY (partner_id, month, issue, line)
);
COMMENT ON TABLE vobiz.issued_lines IS
  'the invoice lines of frozen months, as issued; nothing changes them';
COMMENT ON COLUMN vobiz.issued_lines.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz.issued_lines.month IS 'first day of the billing month whose invoice has the line';
COMMENT ON COLUMN vobiz.issued_lines.issue IS 'as in periods: the newest of a frozen month holds';
COMMENT ON COLUMN vobiz.issued_lines.line IS 'number of the line within the issue';
COMMENT ON COLUMN vobiz.issued_lines.of_month IS
  'the month that the amount belongs to: month itself, or in a note an earlier one that was frozen then';
COMMENT ON COLUMN vobiz.issued_lines.account_id IS 'auth_id of the customer';
COMMENT ON COLUMN vobiz.issued_lines.currency IS 'ISO 4217 code of amount; XXX where nobody states one';
COMMENT ON COLUMN vobiz.issued_lines.line_kind IS 'as in vobiz_bi.invoice_lines_monthly, of what a note is about';
COMMENT ON COLUMN vobiz.issued_lines.call_direction IS 'of usage: inbound or outbound';
COMMENT ON COLUMN vobiz.issued_lines.product IS 'of usage: the context of the calls';
COMMENT ON COLUMN vobiz.issued_lines.reference_type IS 'of ledger lines: what the entries are for';
COMMENT ON COLUMN vobiz.issued_lines.quantity_items IS 'calls of usage, entries of other lines';
COMMENT ON COLUMN vobiz.issued_lines.billable_minutes IS 'of usage: billable seconds / 60';
COMMENT ON COLUMN vobiz.issued_lines.amount IS 'charges positive, credits negative, in currency';
CREATE INDEX issued_lines_of_month ON vobiz.issued_lines (partner_id, of_month);
