CREATE OR REPLACE VIEW vobiz.concurrency_days AS
  SELECT s.* FROM vobiz_sync.concurrency_days s
  WHERE NOT EXISTS (SELECT FROM vobiz_sync.rollup_marks m
    WHERE (m.partner_id, m.day, m.rollup) = (s.partner_id, s.day, 'concurrency'))
  UNION ALL
  SELECT m.partner_id, p.account_id, m.day, p.peak_calls, p.peak_at
  FROM vobiz_sync.rollup_marks m
  CROSS JOIN LATERAL vobiz_sync.peak_concurrency(m.partner_id, m.day) p
  WHERE m.rollup = 'concurrency';
COMMENT ON VIEW vobiz.concurrency_days IS
  'most calls at the same time, by billing day, exact at any time; days are those of settings.timezone';
COMMENT ON COLUMN vobiz.concurrency_days.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz.concurrency_days.account_id IS
  'auth_id of the customer; * for all customers of the partner together';
COMMENT ON COLUMN vobiz.concurrency_days.day IS 'billing day, see settings.timezone';
COMMENT ON COLUMN vobiz.concurrency_days.peak_calls IS 'most calls in progress at the same time';
COMMENT ON COLUMN vobiz.concurrency_days.peak_at IS 'when there were that many for the first time';
GRANT SELECT ON vobiz.concurrency_days TO vobiz_reader, vobiz_writer;
