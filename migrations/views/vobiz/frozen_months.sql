-- Each month as it was issued last; the one that the setting vobiz.issue names, as '2026-10-01 1', as it was issued
-- that time, whatever its state is now: all that is said of an issued month follows. A setting lasts for a session, or
-- for a transaction (SET LOCAL).
CREATE OR REPLACE VIEW vobiz.frozen_months AS
  SELECT p.partner_id, p.month, p.issue, p.frozen_at FROM vobiz.periods p
  WHERE p.state = 'frozen'
    AND to_char(p.month, 'YYYY-MM-DD') IS DISTINCT FROM split_part(current_setting('vobiz.issue', true), ' ', 1)
  UNION ALL
  SELECT i.partner_id, i.month, i.issue, min(i.issued_at) FROM vobiz.issued_statements i
  WHERE current_setting('vobiz.issue', true) <> ''
    AND i.month = nullif(split_part(current_setting('vobiz.issue', true), ' ', 1), '')::date
    AND i.issue = nullif(split_part(current_setting('vobiz.issue', true), ' ', 2), '')::integer
  GROUP BY i.partner_id, i.month, i.issue;
COMMENT ON VIEW vobiz.frozen_months IS
  'the frozen months and which issue of them is shown: the last, or the one that the setting vobiz.issue names; months '
  'are those of settings.timezone';
COMMENT ON COLUMN vobiz.frozen_months.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz.frozen_months.month IS 'first day of the billing month, in settings.timezone';
COMMENT ON COLUMN vobiz.frozen_months.issue IS 'number of the issue: how often the month had been frozen by then';
COMMENT ON COLUMN vobiz.frozen_months.frozen_at IS 'when it was issued';
GRANT SELECT ON vobiz.frozen_months TO vobiz_reader, vobiz_writer;
