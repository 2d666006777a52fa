-- What a masked login may not read, by one rule: open are numbers, times, days, flags and uuids, texts that a stream
-- declares without `personal`, and elsewhere what has one of the names below; everything else is closed.
-- The names are of ids, of words of this program, and of columns that the views of vobiz_bi mask or that come from
-- columns which are open.
CREATE OR REPLACE FUNCTION vobiz_sync.personal_columns() RETURNS TABLE (relation regclass, column_name name)
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT c.oid::regclass, a.attname
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  CROSS JOIN LATERAL (SELECT format_type(a.atttypid, NULL) AS type) t
  LEFT JOIN vobiz_sync.declared_columns() d ON c.relnamespace = 'vobiz'::regnamespace AND c.relkind IN ('r', 'p')
    AND (d.table_name, d.column_name) = (c.relname, a.attname)
  WHERE c.relnamespace IN ('vobiz'::regnamespace, 'vobiz_sync'::regnamespace, 'vobiz_bi'::regnamespace)
    AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
    AND NOT CASE
      WHEN d.column_name IS NOT NULL THEN NOT d.is_personal AND t.type <> 'jsonb'
      WHEN t.type IN ('smallint', 'integer', 'bigint', 'numeric', 'real', 'double precision', 'boolean', 'date',
        'timestamp with time zone', 'timestamp without time zone', 'interval', 'uuid') THEN true
      WHEN c.relnamespace = 'vobiz_bi'::regnamespace AND c.relkind = 'v' THEN a.attname IN (
        'partner_id', 'account_id', 'account_name', 'company', 'kyc_status', 'pricing_tier_name', 'currency',
        'tier_currency', 'wallet_currency', 'stream', 'state', 'proof', 'scope', 'status', 'check_name', 'kind',
        'call_direction', 'direction', 'context', 'product', 'hangup_cause', 'hangup_class', 'description',
        'line_kind', 'note_kind', 'column_name', 'reference_type', 'number_type', 'country', 'region',
        'debits_by_reference_type', 'credits_by_reference_type',
        -- Masked, or left out, by the views.
        'caller_number', 'called_number', 'e164', 'caller_key', 'called_key', 'number_key', 'prefix', 'row_key',
        'reason', 'last_error', 'span_difference',
        -- Of figures and words of this program.
        'alert_text')
      ELSE t.type = 'text' AND a.attname IN (
        'partner_id', 'account_id', 'stream', 'scope', 'state', 'proof', 'outcome', 'command', 'check_name', 'kind',
        'rollup', 'status', 'currency', 'column_name', 'found_by', 'type', 'reference_type', 'call_direction',
        'context', 'hangup_cause', 'class', 'timezone') END
$$;
COMMENT ON FUNCTION vobiz_sync.personal_columns IS
  'columns that may hold what belongs to a person: closed to masked logins';
