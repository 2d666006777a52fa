CREATE OR REPLACE VIEW vobiz.ledger_days AS
  SELECT s.* FROM vobiz_sync.ledger_days s
  WHERE NOT EXISTS (SELECT FROM vobiz_sync.rollup_marks m
    WHERE (m.partner_id, m.day, m.rollup, m.account_id) = (s.partner_id, s.day, 'ledger', s.account_id))
  UNION ALL
  SELECT m.partner_id, m.account_id, m.day, f.currency, f.type, f.reference_type, f.status, {{ledger_measures, f.@name}}
  FROM vobiz_sync.rollup_marks m
  CROSS JOIN LATERAL vobiz_sync.ledger_of_day(m.partner_id, m.day, m.account_id) f
  WHERE m.rollup = 'ledger';
COMMENT ON VIEW vobiz.ledger_days IS
  'ledger entries by customer and billing day, exact at any time; days are those of settings.timezone';
COMMENT ON COLUMN vobiz.ledger_days.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz.ledger_days.account_id IS 'auth_id of the customer';
COMMENT ON COLUMN vobiz.ledger_days.day IS 'billing day, see settings.timezone';
COMMENT ON COLUMN vobiz.ledger_days.currency IS 'ISO 4217 code; empty where the entries state none';
COMMENT ON COLUMN vobiz.ledger_days.type IS 'type of the entries; vobiz.is_credit() gives the sign';
COMMENT ON COLUMN vobiz.ledger_days.reference_type IS 'what they are for; empty where they do not say';
COMMENT ON COLUMN vobiz.ledger_days.status IS
  'completed, pending, …; only completed moves a wallet; empty where they do not say';
{{ledger_measures; COMMENT ON COLUMN vobiz.ledger_days.@name IS @comment}};
GRANT SELECT ON vobiz.ledger_days TO vobiz_reader, vobiz_writer;
