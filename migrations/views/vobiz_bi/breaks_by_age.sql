CREATE OR REPLACE VIEW vobiz_bi.breaks_by_age AS
  SELECT b.partner_id, b.currency,
    CASE WHEN b.age_days <= 7 THEN '0-7 days' WHEN b.age_days <= 30 THEN '8-30 days' ELSE 'over 30 days' END AS age,
    count(*) AS breaks, count(*) FILTER (WHERE b.state = 'disputed') AS disputed_breaks,
    count(*) FILTER (WHERE b.is_material) AS material_breaks, coalesce(sum(b.amount), 0) AS amount,
    coalesce(sum(b.amount) FILTER (WHERE b.state = 'disputed'), 0) AS disputed_amount,
    coalesce(sum(b.amount) FILTER (WHERE b.is_material), 0) AS material_amount
  FROM vobiz_bi.open_breaks b GROUP BY 1, 2, 3;
COMMENT ON VIEW vobiz_bi.breaks_by_age IS
  'open breaks by currency and by how long ago their billing day is; days are those of settings.timezone';
COMMENT ON COLUMN vobiz_bi.breaks_by_age.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_bi.breaks_by_age.currency IS 'ISO 4217 code of the amounts; * where there are none';
COMMENT ON COLUMN vobiz_bi.breaks_by_age.age IS 'since the billing day: 0-7 days, 8-30 days or over 30 days';
COMMENT ON COLUMN vobiz_bi.breaks_by_age.breaks IS 'open breaks, disputed ones among them';
COMMENT ON COLUMN vobiz_bi.breaks_by_age.disputed_breaks IS 'of breaks: the provider has been asked';
COMMENT ON COLUMN vobiz_bi.breaks_by_age.material_breaks IS 'of breaks: those that hold a closing and the alert';
COMMENT ON COLUMN vobiz_bi.breaks_by_age.amount IS 'money that breaks are about, in currency and without signs';
COMMENT ON COLUMN vobiz_bi.breaks_by_age.disputed_amount IS 'of amount: disputed';
COMMENT ON COLUMN vobiz_bi.breaks_by_age.material_amount IS 'of amount: of material_breaks';
GRANT SELECT ON vobiz_bi.breaks_by_age TO vobiz_reader, vobiz_writer;
