-- Logins that see no telephone number: vobiz_sync.let_read_masked gives a role everything but the columns with
-- personal data, and the views of vobiz_bi mask numbers for whoever may not read them in the tables.

CREATE FUNCTION vobiz.masked_number(number text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT CASE WHEN number ~ '^\+?[0-9]{7,}$' THEN left(number, -6) || '****' || right(number, 2)
    WHEN number IS NOT NULL THEN '****' END $$;
COMMENT ON FUNCTION vobiz.masked_number(text) IS 'a telephone number without the four digits that tell whose it is; **** for anything else, as a SIP address';

CREATE FUNCTION vobiz.sees_numbers() RETURNS boolean
  LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT has_column_privilege('vobiz.cdrs', 'destination_number', 'SELECT') $$;
COMMENT ON FUNCTION vobiz.sees_numbers() IS 'whether who asks may read telephone numbers: then the views of vobiz_bi show them whole';

CREATE FUNCTION vobiz_sync.personal_columns() RETURNS TABLE (relation regclass, column_name name)
  LANGUAGE sql STABLE
  AS $$
    SELECT a.attrelid::regclass, a.attname
    FROM (VALUES
      ('vobiz.partners', '{email,phone,extra}'),
      ('vobiz.accounts', '{email,phone,address,zip_code,google_id,description,extra}'),
      ('vobiz.cdrs', '{caller_id_name,caller_id_number,destination_number,sip_call_id,network_addr,customer_endpoint,terminated_to,failure_reason,extra}'),
      ('vobiz.transactions', '{description,reference,extra}'),
      ('vobiz.numbers', '{e164,id,tags,extra}'),
      ('vobiz.reconciliation_breaks', '{row_key,history}'),
      ('vobiz_sync.rejects', '{payload}')) v(name, columns)
    JOIN pg_attribute a ON a.attrelid = v.name::regclass AND a.attname = ANY (v.columns::name[])
  $$;
COMMENT ON FUNCTION vobiz_sync.personal_columns() IS 'columns that may hold what belongs to a person: numbers, addresses, and free text of the provider';

CREATE FUNCTION vobiz_sync.let_read_masked(reader name) RETURNS void
  LANGUAGE plpgsql
AS $$
DECLARE
  part record;
BEGIN
  EXECUTE format('GRANT USAGE ON SCHEMA vobiz, vobiz_sync, vobiz_bi TO %I', reader);
  EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA vobiz_bi TO %I', reader);
  FOR part IN
    SELECT c.oid::regclass AS relation, string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) AS columns
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relnamespace IN ('vobiz'::regnamespace, 'vobiz_sync'::regnamespace) AND c.relkind IN ('r', 'p', 'v', 'm')
      AND (c.oid::regclass, a.attname) NOT IN (SELECT p.relation, p.column_name FROM vobiz_sync.personal_columns() p)
    GROUP BY c.oid
  LOOP
    EXECUTE format('GRANT SELECT (%s) ON %s TO %I', part.columns, part.relation, reader);
  END LOOP;
END
$$;
COMMENT ON FUNCTION vobiz_sync.let_read_masked(name) IS 'gives a role without the rights of vobiz_reader everything to read but personal columns; again after an upgrade, for what that added';
REVOKE ALL ON FUNCTION vobiz_sync.let_read_masked(name) FROM PUBLIC;

CREATE OR REPLACE VIEW vobiz_bi.number_inventory AS
SELECT n.partner_id, CASE WHEN (SELECT vobiz.sees_numbers()) THEN n.e164 ELSE vobiz.masked_number(n.e164) END AS e164,
  n.account_id, a.name AS account_name, n.status, n.number_type, n.country, n.region, n.is_blocked,
  n.is_trial_number, n.setup_fee, n.monthly_fee, n.currency, n.purchased_at, n.assigned_at,
  (vobiz.billing_day(now()) - vobiz.billing_day(n.assigned_at)) AS held_days, n.next_billing_date AS next_billing_at,
  (vobiz.billing_day(n.purchased_at) + n.minimum_commitment_months * interval '1 month')::date AS commitment_ends_on
FROM vobiz.numbers n LEFT JOIN vobiz.accounts a ON a.auth_id = n.account_id
WHERE n.removed_at IS NULL;

CREATE OR REPLACE VIEW vobiz_bi.number_renewals AS
SELECT r.partner_id, r.renews_on, r.renews_on - vobiz.billing_day(now()) AS days_until_renewal,
  CASE WHEN (SELECT vobiz.sees_numbers()) THEN r.e164 ELSE vobiz.masked_number(r.e164) END AS e164,
  r.account_id, r.account_name, r.monthly_fee, r.currency, w.balance, w.currency AS wallet_currency, r.fees_due_by_then,
  CASE WHEN w.currency = r.currency THEN w.balance >= r.fees_due_by_then END AS is_covered
FROM (
  SELECT n.*, a.name AS account_name, vobiz.billing_day(n.next_billing_date) AS renews_on,
    sum(n.monthly_fee) OVER (PARTITION BY n.account_id, n.currency ORDER BY n.next_billing_date, n.e164) AS fees_due_by_then
  FROM vobiz.numbers n LEFT JOIN vobiz.accounts a ON a.auth_id = n.account_id
  WHERE n.removed_at IS NULL AND n.next_billing_date IS NOT NULL AND n.account_id IS NOT NULL) r
LEFT JOIN vobiz_bi.wallet_runway w ON w.account_id = r.account_id;

CREATE OR REPLACE VIEW vobiz_bi.open_breaks AS
  SELECT b.id, b.partner_id, b.billing_day, b.check_name, b.kind,
    CASE WHEN b.check_name NOT IN ('number_rental', 'number_inventory') OR (SELECT vobiz.sees_numbers()) THEN b.row_key
      ELSE vobiz.masked_number(b.row_key) END AS row_key,
    b.account_id, a.name AS account_name, b.currency, b.expected, b.actual, b.difference, b.reason, b.first_seen_at, b.last_seen_at
  FROM vobiz.reconciliation_breaks b
  LEFT JOIN vobiz.accounts a ON a.auth_id = b.account_id
  WHERE b.state = 'open';

CREATE VIEW vobiz_bi.calls AS
SELECT c.partner_id, c.account_id, a.name AS account_name, c.uuid AS call_uuid, c.start_time AS started_at,
  c.answer_time AS answered_at, c.end_time AS ended_at, c.call_direction AS direction, c.context AS product,
  CASE WHEN (SELECT vobiz.sees_numbers()) THEN c.caller_id_number ELSE vobiz.masked_number(c.caller_id_number) END AS caller_number,
  CASE WHEN (SELECT vobiz.sees_numbers()) THEN c.destination_number ELSE vobiz.masked_number(c.destination_number) END AS called_number,
  c.duration AS duration_seconds, c.billsec AS billable_seconds, c.hangup_cause, c.mos AS mos_points, c.jitter AS jitter_milliseconds,
  c.packet_loss AS packet_loss_percent, c.cost, c.streaming_cost, c.total_cost, c.currency, c.window_day AS utc_day
FROM vobiz.cdrs c LEFT JOIN vobiz.accounts a ON a.auth_id = c.account_id
WHERE c.removed_at IS NULL;
COMMENT ON VIEW vobiz_bi.calls IS 'single calls; give a span of started_at, and an account_id where there is one, to read few of them';
COMMENT ON COLUMN vobiz_bi.calls.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_bi.calls.account_id IS 'auth_id of the customer';
COMMENT ON COLUMN vobiz_bi.calls.account_name IS 'customer''s display name';
COMMENT ON COLUMN vobiz_bi.calls.call_uuid IS 'the provider''s uuid of the call';
COMMENT ON COLUMN vobiz_bi.calls.started_at IS 'when it was begun';
COMMENT ON COLUMN vobiz_bi.calls.answered_at IS 'when it was answered; null when it was not';
COMMENT ON COLUMN vobiz_bi.calls.ended_at IS 'when it ended';
COMMENT ON COLUMN vobiz_bi.calls.direction IS 'inbound or outbound';
COMMENT ON COLUMN vobiz_bi.calls.product IS 'what carried it, as sip_trunking or voice_api';
COMMENT ON COLUMN vobiz_bi.calls.caller_number IS 'who called; masked for readers without numbers';
COMMENT ON COLUMN vobiz_bi.calls.called_number IS 'who was called; masked for readers without numbers';
COMMENT ON COLUMN vobiz_bi.calls.duration_seconds IS 'from its begin to its end';
COMMENT ON COLUMN vobiz_bi.calls.billable_seconds IS 'seconds that are charged';
COMMENT ON COLUMN vobiz_bi.calls.hangup_cause IS 'why it ended, see vobiz.hangup_causes';
COMMENT ON COLUMN vobiz_bi.calls.mos_points IS 'mean opinion score from 1 to 5';
COMMENT ON COLUMN vobiz_bi.calls.jitter_milliseconds IS 'milliseconds';
COMMENT ON COLUMN vobiz_bi.calls.packet_loss_percent IS 'percent of the packets';
COMMENT ON COLUMN vobiz_bi.calls.cost IS 'of the call, in currency';
COMMENT ON COLUMN vobiz_bi.calls.streaming_cost IS 'of streaming its audio, in currency';
COMMENT ON COLUMN vobiz_bi.calls.total_cost IS 'cost and streaming_cost, in currency';
COMMENT ON COLUMN vobiz_bi.calls.currency IS 'ISO 4217 code of the amounts';
COMMENT ON COLUMN vobiz_bi.calls.utc_day IS 'UTC day under which the API lists it';
