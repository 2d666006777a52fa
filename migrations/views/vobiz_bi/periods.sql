CREATE OR REPLACE VIEW vobiz_bi.periods AS
WITH begun AS (
  SELECT partner_id, date_trunc('month', min(start_date)::timestamp) AS first_month FROM vobiz_sync.streams
  WHERE start_date IS NOT NULL GROUP BY partner_id
), months AS (
  SELECT b.partner_id, m::date AS month FROM begun b CROSS JOIN LATERAL generate_series(b.first_month,
    date_trunc('month', (SELECT vobiz.billing_day(now()))::timestamp), interval '1 month') m
  UNION
  SELECT partner_id, month FROM vobiz.periods
)
SELECT m.partner_id, m.month, coalesce(p.state, 'open') AS state, p.issue, p.frozen_at, p.changed_at,
  coalesce(n.notes, 0) AS notes, coalesce(n.pending, 0) AS notes_pending
FROM months m
LEFT JOIN vobiz.periods p USING (partner_id, month)
LEFT JOIN (SELECT partner_id, of_month AS month, count(*) AS notes, count(*) FILTER (WHERE NOT is_issued) AS pending
  FROM vobiz_bi.period_notes GROUP BY 1, 2) n USING (partner_id, month);
COMMENT ON VIEW vobiz_bi.periods IS
  'each billing month of a partner, and whether finance has closed it; months are those of settings.timezone';
COMMENT ON COLUMN vobiz_bi.periods.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_bi.periods.month IS 'first day of the billing month, in settings.timezone';
COMMENT ON COLUMN vobiz_bi.periods.state IS
  'open; draft: checked, not approved; frozen: as issued; reopened: live again after it was frozen';
COMMENT ON COLUMN vobiz_bi.periods.issue IS 'how often it was frozen; null: never touched';
COMMENT ON COLUMN vobiz_bi.periods.frozen_at IS 'when it was last frozen';
COMMENT ON COLUMN vobiz_bi.periods.changed_at IS 'when its state last changed';
COMMENT ON COLUMN vobiz_bi.periods.notes IS 'credit and debit notes about it, issued or not';
COMMENT ON COLUMN vobiz_bi.periods.notes_pending IS 'of these, not issued yet';
GRANT SELECT ON vobiz_bi.periods TO vobiz_reader, vobiz_writer;
