CREATE OR REPLACE VIEW vobiz_bi.period_note_rows AS
WITH frozen AS (
  SELECT partner_id, month, frozen_at, vobiz.billing_day_start(month) AS starts,
    vobiz.billing_day_start((month + interval '1 month')::date) AS ends
  FROM vobiz.periods WHERE state = 'frozen'
), rows AS (
  SELECT f.partner_id, f.month, t.account_id, 'transactions' AS stream, t.id AS row_key, NULL::text AS column_name,
    NULL::numeric AS difference, t.first_seen_at AS seen_at
  FROM frozen f JOIN vobiz.transactions t ON t.partner_id = f.partner_id AND t.created_at >= f.starts
    AND t.created_at < f.ends AND t.first_seen_at > f.frozen_at
  UNION ALL
  SELECT f.partner_id, f.month, c.account_id, 'cdrs', c.uuid::text, NULL, NULL, c.first_seen_at
  FROM frozen f JOIN vobiz.cdrs c ON c.partner_id = f.partner_id AND c.start_time >= f.starts AND c.start_time < f.ends
    AND c.first_seen_at > f.frozen_at
  UNION ALL
  SELECT f.partner_id, f.month, j.account_id, j.stream, j.row_key, j.column_name, j.difference, j.seen_at
  FROM frozen f JOIN vobiz.adjustments j ON j.partner_id = f.partner_id AND j.seen_at > f.frozen_at
  WHERE CASE j.stream
    WHEN 'cdrs' THEN EXISTS (SELECT FROM vobiz.cdrs c WHERE c.account_id = j.account_id
      AND c.uuid = j.row_key::uuid AND c.start_time >= f.starts AND c.start_time < f.ends)
    WHEN 'transactions' THEN EXISTS (SELECT FROM vobiz.transactions t WHERE t.account_id = j.account_id
      AND t.id = j.row_key AND t.created_at >= f.starts AND t.created_at < f.ends)
    ELSE false END
)
SELECT r.partner_id, r.month AS of_month, r.account_id, r.stream,
  CASE WHEN (SELECT vobiz.sees_numbers()) OR r.row_key ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN r.row_key
    ELSE vobiz.masked_number(r.row_key) END AS row_key,
  r.column_name, r.difference, r.seen_at
FROM rows r;
COMMENT ON VIEW vobiz_bi.period_note_rows IS
  'the calls and entries of frozen months that came or changed afterwards: what period_notes are about; months are '
  'those of settings.timezone';
COMMENT ON COLUMN vobiz_bi.period_note_rows.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_bi.period_note_rows.of_month IS 'the frozen month, in settings.timezone';
COMMENT ON COLUMN vobiz_bi.period_note_rows.account_id IS 'auth_id of the customer';
COMMENT ON COLUMN vobiz_bi.period_note_rows.stream IS 'cdrs or transactions';
COMMENT ON COLUMN vobiz_bi.period_note_rows.row_key IS 
  'the call''s uuid, or the entry''s id; masked, but for a uuid, for readers without numbers';
COMMENT ON COLUMN vobiz_bi.period_note_rows.column_name IS 'what changed; null: the row is new';
COMMENT ON COLUMN vobiz_bi.period_note_rows.difference IS 'new value less the old, where it is a number';
COMMENT ON COLUMN vobiz_bi.period_note_rows.seen_at IS 'when the mirror saw it';
GRANT SELECT ON vobiz_bi.period_note_rows TO vobiz_reader, vobiz_writer;
