CREATE OR REPLACE VIEW vobiz_bi.reconciliation_summary AS
  SELECT l.partner_id, l.billing_day, l.check_name, r.currency, l.run_id, max(r.judged_at) AS judged_at,
    CASE WHEN bool_or(r.status = 'break') THEN 'break' WHEN bool_or(r.status = 'not_run') THEN 'not_run'
      WHEN bool_or(r.status = 'inconclusive') THEN 'inconclusive' ELSE 'ok' END AS status,
    count(*) FILTER (WHERE r.account_id <> '*') AS accounts, sum(r.rows)::bigint AS rows,
    sum(r.breaks)::bigint AS breaks, sum(r.expected) AS expected, sum(r.actual) AS actual,
    sum(r.difference) AS difference,
    CASE WHEN (SELECT vobiz.sees_numbers())
      THEN min(r.reason) FILTER (WHERE r.status IN ('not_run', 'inconclusive')) END AS reason,
    min(r.proven_oldest) AS proven_oldest, max(r.proven_newest) AS proven_newest, max(r.rule_version) AS rule_version,
    CASE WHEN bool_or(r.status = 'break') THEN 'break'
      WHEN bool_or(r.status = 'not_run' AND vobiz.why_not_due(r.reason) IS NULL) THEN 'not_run'
      WHEN bool_or(r.status = 'inconclusive') THEN 'inconclusive'
      ELSE coalesce(max(vobiz.why_not_due(r.reason)) FILTER (WHERE r.status = 'not_run'), 'ok') END AS state
  FROM vobiz_sync.latest_judgements l
  JOIN vobiz.reconciliation_results r USING (partner_id, billing_day, check_name, run_id)
  GROUP BY l.partner_id, l.billing_day, l.check_name, r.currency, l.run_id;
COMMENT ON VIEW vobiz_bi.reconciliation_summary IS
  'the latest result of each check for each billing day and currency; days are those of settings.timezone';
COMMENT ON COLUMN vobiz_bi.reconciliation_summary.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_bi.reconciliation_summary.billing_day IS 'a day in settings.timezone, not a UTC day';
COMMENT ON COLUMN vobiz_bi.reconciliation_summary.check_name IS 'name of the check, as in docs/reconciliation.md';
COMMENT ON COLUMN vobiz_bi.reconciliation_summary.currency IS
  'ISO 4217 code of the amounts; * where the check compares none';
COMMENT ON COLUMN vobiz_bi.reconciliation_summary.run_id IS 'the run that judged last';
COMMENT ON COLUMN vobiz_bi.reconciliation_summary.judged_at IS 'when it was judged';
COMMENT ON COLUMN vobiz_bi.reconciliation_summary.status IS
  'break if any account has one, else not_run or inconclusive if any could not be judged, else ok';
COMMENT ON COLUMN vobiz_bi.reconciliation_summary.accounts IS 'customers judged';
COMMENT ON COLUMN vobiz_bi.reconciliation_summary.rows IS 'rows looked at';
COMMENT ON COLUMN vobiz_bi.reconciliation_summary.breaks IS 'breaks found that nobody has accepted';
COMMENT ON COLUMN vobiz_bi.reconciliation_summary.expected IS 'sum of what the one side says, in currency';
COMMENT ON COLUMN vobiz_bi.reconciliation_summary.actual IS 'sum of what the other side says, in currency';
COMMENT ON COLUMN vobiz_bi.reconciliation_summary.difference IS 'actual less expected, in currency';
COMMENT ON COLUMN vobiz_bi.reconciliation_summary.reason IS
  'why it could not be judged; null for readers without numbers';
COMMENT ON COLUMN vobiz_bi.reconciliation_summary.proven_oldest IS 'when the first of the windows behind it was proven';
COMMENT ON COLUMN vobiz_bi.reconciliation_summary.proven_newest IS 'when the last of the windows behind it was proven';
COMMENT ON COLUMN vobiz_bi.reconciliation_summary.rule_version IS 'version of the check that judged';
COMMENT ON COLUMN vobiz_bi.reconciliation_summary.state IS
  'status, but not_due where the day is judged later, and not_offered where the API lacks what the check needs: both '
  'are in order';
GRANT SELECT ON vobiz_bi.reconciliation_summary TO vobiz_reader, vobiz_writer;
