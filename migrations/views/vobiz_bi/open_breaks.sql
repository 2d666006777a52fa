CREATE OR REPLACE VIEW vobiz_bi.open_breaks AS
  SELECT b.id, b.partner_id, b.billing_day, b.check_name, b.kind,
    CASE WHEN (SELECT vobiz.sees_numbers()) OR b.row_key ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN b.row_key
      ELSE vobiz.masked_number(b.row_key) END AS row_key,
    b.account_id, a.name AS account_name, b.currency, b.expected, b.actual, b.difference,
    CASE WHEN (SELECT vobiz.sees_numbers()) THEN b.reason END AS reason, b.first_seen_at, b.last_seen_at,
    b.state, CASE WHEN (SELECT vobiz.sees_numbers()) THEN b.ticket END AS ticket, m.amount,
    vobiz.is_material(b.currency, m.amount) AS is_material,
    (SELECT vobiz.billing_day(now())) - b.billing_day AS age_days
  FROM vobiz.reconciliation_breaks b
  CROSS JOIN LATERAL (
    SELECT vobiz.break_amount(b.check_name, b.kind, b.currency, b.difference) AS amount) m
  LEFT JOIN vobiz.accounts a ON a.auth_id = b.account_id
  WHERE b.state IN ('open', 'disputed');
COMMENT ON VIEW vobiz_bi.open_breaks IS
  'what does not agree and nobody has accepted; days are those of settings.timezone';
COMMENT ON COLUMN vobiz_bi.open_breaks.id IS 'for vobiz-syncd reconcile accept';
COMMENT ON COLUMN vobiz_bi.open_breaks.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_bi.open_breaks.billing_day IS 'a day in settings.timezone, not a UTC day';
COMMENT ON COLUMN vobiz_bi.open_breaks.check_name IS 'name of the check that found it, as in docs/reconciliation.md';
COMMENT ON COLUMN vobiz_bi.open_breaks.kind IS 'what is wrong, as in docs/reconciliation.md';
COMMENT ON COLUMN vobiz_bi.open_breaks.row_key IS
  'the call''s uuid, the entry''s id, the number, or the name of a sum; masked, but for a uuid, for readers without '
  'numbers';
COMMENT ON COLUMN vobiz_bi.open_breaks.account_id IS 'auth_id of the customer; * for the partner as a whole';
COMMENT ON COLUMN vobiz_bi.open_breaks.account_name IS 'name of the customer';
COMMENT ON COLUMN vobiz_bi.open_breaks.currency IS 'ISO 4217 code of the amounts; * where there are none';
COMMENT ON COLUMN vobiz_bi.open_breaks.expected IS 'what the one side says, in currency';
COMMENT ON COLUMN vobiz_bi.open_breaks.actual IS 'what the other side says, in currency';
COMMENT ON COLUMN vobiz_bi.open_breaks.difference IS 'actual less expected, in currency';
COMMENT ON COLUMN vobiz_bi.open_breaks.reason IS
  'what was found, in words; null for readers without numbers';
COMMENT ON COLUMN vobiz_bi.open_breaks.first_seen_at IS 'when it was first found';
COMMENT ON COLUMN vobiz_bi.open_breaks.last_seen_at IS 'when it was last found';
COMMENT ON COLUMN vobiz_bi.open_breaks.state IS 'open; disputed: the provider has been asked';
COMMENT ON COLUMN vobiz_bi.open_breaks.ticket IS
  'the provider''s ticket of the last dispute; null for readers without numbers';
COMMENT ON COLUMN vobiz_bi.open_breaks.amount IS
  'money that it is about, in currency and without a sign; null where it compares no money';
COMMENT ON COLUMN vobiz_bi.open_breaks.is_material IS
  'whether it holds a closing and the alert: not where amount is below currencies.material_from';
COMMENT ON COLUMN vobiz_bi.open_breaks.age_days IS 'days since the billing day, by settings.timezone';
GRANT SELECT ON vobiz_bi.open_breaks TO vobiz_reader, vobiz_writer;
