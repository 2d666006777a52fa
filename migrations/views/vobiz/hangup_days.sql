CREATE OR REPLACE VIEW vobiz.hangup_days AS
  SELECT s.* FROM vobiz_sync.hangup_days s
  WHERE NOT EXISTS (SELECT FROM vobiz_sync.rollup_marks m
    WHERE (m.partner_id, m.day, m.rollup, m.account_id) = (s.partner_id, s.day, 'calls', s.account_id))
  UNION ALL
  SELECT m.partner_id, m.account_id, m.day, f.call_direction, f.hangup_cause, {{hangup_measures, f.@name}}
  FROM vobiz_sync.rollup_marks m
  CROSS JOIN LATERAL vobiz_sync.hangups_of_day(m.partner_id, m.day, m.account_id) f
  WHERE m.rollup = 'calls';
COMMENT ON VIEW vobiz.hangup_days IS
  'how calls ended, by customer and billing day, exact at any time; days are those of settings.timezone';
COMMENT ON COLUMN vobiz.hangup_days.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz.hangup_days.account_id IS 'auth_id of the customer';
COMMENT ON COLUMN vobiz.hangup_days.day IS 'billing day, see settings.timezone';
COMMENT ON COLUMN vobiz.hangup_days.call_direction IS 'inbound or outbound; empty where the calls state none';
COMMENT ON COLUMN vobiz.hangup_days.hangup_cause IS 'cause of the calls'' end; empty where the calls state none';
{{hangup_measures; COMMENT ON COLUMN vobiz.hangup_days.@name IS @comment}};
GRANT SELECT ON vobiz.hangup_days TO vobiz_reader, vobiz_writer;
