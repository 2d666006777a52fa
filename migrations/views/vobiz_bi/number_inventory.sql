CREATE OR REPLACE VIEW vobiz_bi.number_inventory AS
SELECT n.partner_id, CASE WHEN (SELECT vobiz.sees_numbers()) THEN n.e164 ELSE vobiz.masked_number(n.e164) END AS e164,
  n.account_id, a.name AS account_name, n.status, n.number_type, n.country, n.region, n.is_blocked,
  n.is_trial_number, n.setup_fee, n.monthly_fee, n.currency, n.purchased_at, n.assigned_at,
  (vobiz.billing_day(now()) - vobiz.billing_day(n.assigned_at)) AS held_days, n.next_billing_date AS next_billing_at,
  (vobiz.billing_day(n.purchased_at) + n.minimum_commitment_months * interval '1 month')::date AS commitment_ends_on,
  vobiz.number_key(CASE WHEN (SELECT vobiz.sees_numbers()) THEN n.e164
    ELSE vobiz.masked_number(n.e164) END) AS number_key
FROM vobiz.numbers n LEFT JOIN vobiz.accounts a ON a.auth_id = n.account_id
WHERE n.removed_at IS NULL;
COMMENT ON VIEW vobiz_bi.number_inventory IS
  'telephone numbers and who holds them; days are those of settings.timezone';
COMMENT ON COLUMN vobiz_bi.number_inventory.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_bi.number_inventory.e164 IS 'the number';
COMMENT ON COLUMN vobiz_bi.number_inventory.account_id IS 'auth_id of the customer who holds it; null when nobody does';
COMMENT ON COLUMN vobiz_bi.number_inventory.account_name IS 'customer''s display name';
COMMENT ON COLUMN vobiz_bi.number_inventory.status IS 'the provider''s state of the number';
COMMENT ON COLUMN vobiz_bi.number_inventory.number_type IS 'kind of number';
COMMENT ON COLUMN vobiz_bi.number_inventory.country IS 'country';
COMMENT ON COLUMN vobiz_bi.number_inventory.region IS 'region';
COMMENT ON COLUMN vobiz_bi.number_inventory.is_blocked IS 'whether it is blocked';
COMMENT ON COLUMN vobiz_bi.number_inventory.is_trial_number IS 'whether it is a trial';
COMMENT ON COLUMN vobiz_bi.number_inventory.setup_fee IS 'once, in currency';
COMMENT ON COLUMN vobiz_bi.number_inventory.monthly_fee IS 'each month, in currency';
COMMENT ON COLUMN vobiz_bi.number_inventory.currency IS 'ISO 4217 code of the fees';
COMMENT ON COLUMN vobiz_bi.number_inventory.purchased_at IS 'when it was bought';
COMMENT ON COLUMN vobiz_bi.number_inventory.assigned_at IS 'when the customer got it';
COMMENT ON COLUMN vobiz_bi.number_inventory.held_days IS 'days since then';
COMMENT ON COLUMN vobiz_bi.number_inventory.next_billing_at IS 'when the next rental is due';
COMMENT ON COLUMN vobiz_bi.number_inventory.commitment_ends_on IS
  'billing day on which the minimum commitment ends, in settings.timezone';
COMMENT ON COLUMN vobiz_bi.number_inventory.number_key IS
  'e164 as vobiz.number_key writes it; join it with caller_key or called_key of calls';
GRANT SELECT ON vobiz_bi.number_inventory TO vobiz_reader, vobiz_writer;
