CREATE OR REPLACE VIEW vobiz.usage_hours AS
  SELECT s.* FROM vobiz_sync.usage_hours s
  WHERE NOT EXISTS (SELECT FROM vobiz_sync.rollup_marks m
    WHERE (m.partner_id, m.day, m.rollup) = (s.partner_id, s.day, 'calls'))
  UNION ALL
  SELECT m.partner_id, m.day, f.hour, f.call_direction, f.currency, {{hour_measures, f.@name}}
  FROM (SELECT DISTINCT partner_id, day FROM vobiz_sync.rollup_marks WHERE rollup = 'calls') m
  CROSS JOIN LATERAL vobiz_sync.hours_of_day(m.partner_id, m.day) f;
COMMENT ON VIEW vobiz.usage_hours IS
  'calls of a whole partner by hour, exact at any time; with a range of days, only these are looked at; days are '
  'those of settings.timezone';
COMMENT ON COLUMN vobiz.usage_hours.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz.usage_hours.day IS 'billing day, see settings.timezone';
COMMENT ON COLUMN vobiz.usage_hours.hour IS 'start of the hour, on the clock of settings.timezone';
COMMENT ON COLUMN vobiz.usage_hours.call_direction IS 'inbound or outbound; empty where the calls state none';
COMMENT ON COLUMN vobiz.usage_hours.currency IS 'ISO 4217 code of the costs; empty where the calls state none';
{{hour_measures; COMMENT ON COLUMN vobiz.usage_hours.@name IS @comment}};
GRANT SELECT ON vobiz.usage_hours TO vobiz_reader, vobiz_writer;
