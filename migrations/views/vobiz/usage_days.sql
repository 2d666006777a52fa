CREATE OR REPLACE VIEW vobiz.usage_days AS
  SELECT s.* FROM vobiz_sync.usage_days s
  WHERE NOT EXISTS (SELECT FROM vobiz_sync.rollup_marks m
    WHERE (m.partner_id, m.day, m.rollup, m.account_id) = (s.partner_id, s.day, 'calls', s.account_id))
  UNION ALL
  SELECT m.partner_id, m.account_id, m.day, f.call_direction, f.context, f.currency, {{call_measures, f.@name}}
  FROM vobiz_sync.rollup_marks m
  CROSS JOIN LATERAL vobiz_sync.usage_of_day(m.partner_id, m.day, m.account_id) f
  WHERE m.rollup = 'calls';
COMMENT ON VIEW vobiz.usage_days IS
  'calls by customer and billing day: sums and counts, exact at any time; days are those of settings.timezone';
COMMENT ON COLUMN vobiz.usage_days.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz.usage_days.account_id IS 'auth_id of the customer';
COMMENT ON COLUMN vobiz.usage_days.day IS 'billing day, see settings.timezone';
COMMENT ON COLUMN vobiz.usage_days.call_direction IS 'inbound or outbound; empty where the calls state none';
COMMENT ON COLUMN vobiz.usage_days.context IS 'the product; empty where the calls state none';
COMMENT ON COLUMN vobiz.usage_days.currency IS 'ISO 4217 code of the costs; empty where the calls state none';
{{call_measures; COMMENT ON COLUMN vobiz.usage_days.@name IS @comment}};
GRANT SELECT ON vobiz.usage_days TO vobiz_reader, vobiz_writer;
