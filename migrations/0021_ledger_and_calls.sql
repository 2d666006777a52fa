-- replaces: 1-17 ef3d4c7423f7a39848b2b272dd8a962ff45043eb9c5688305dc40bc427534c3b
-- The ledger, the calls, the numbers, and changes of what was already stored.
CREATE TABLE vobiz.transactions (
  partner_id     text NOT NULL,
  id             text NOT NULL,
  account_id     text NOT NULL,
  balance_id     text,
  type           text NOT NULL,
  amount         numeric NOT NULL,
  currency       text,
  description    text,
  reference      text,
  reference_type text,
  status         text,
  processed_at   timestamptz,
  created_at     timestamptz,
  updated_at     timestamptz,
  cdr_uuid       uuid GENERATED ALWAYS AS (vobiz.cdr_uuid(reference)) STORED,
  window_day     date NOT NULL,
  extra          jsonb,
  first_seen_at  timestamptz NOT NULL DEFAULT now(),
  changed_at     timestamptz NOT NULL DEFAULT now(),
  removed_at     timestamptz,
  found_by       text CHECK (found_by IN ('span', 'id')),
  PRIMARY KEY (account_id, id)
);
COMMENT ON TABLE vobiz.transactions IS 'the ledger: every credit and debit of every customer wallet';
COMMENT ON COLUMN vobiz.transactions.partner_id IS 'auth_id of the partner (reseller) this row was mirrored for';
COMMENT ON COLUMN vobiz.transactions.id IS
  'the provider''s id of the entry: a uuid, or txn_… in the first generation';
COMMENT ON COLUMN vobiz.transactions.account_id IS 'auth_id of the customer';
COMMENT ON COLUMN vobiz.transactions.balance_id IS 'the provider''s id of the wallet';
COMMENT ON COLUMN vobiz.transactions.type IS
  'credit, debit or an older value; vobiz.is_credit() gives the sign of amount';
COMMENT ON COLUMN vobiz.transactions.amount IS 'positive amount, in currency';
COMMENT ON COLUMN vobiz.transactions.currency IS 'ISO 4217 code of amount';
COMMENT ON COLUMN vobiz.transactions.description IS 'the provider''s text';
COMMENT ON COLUMN vobiz.transactions.reference IS
  'what the entry is for: cdr:<call uuid>, ptc:<partner>:<customer>:<time>, …';
COMMENT ON COLUMN vobiz.transactions.reference_type IS
  'cdr, stream_cdr, ncc (fee of an unanswered call), did_rental, payment, …';
COMMENT ON COLUMN vobiz.transactions.status IS 'completed, pending, failed or cancelled';
COMMENT ON COLUMN vobiz.transactions.processed_at IS 'when the provider processed the entry';
COMMENT ON COLUMN vobiz.transactions.created_at IS 'when the entry was booked; the API''s day filter looks at it';
COMMENT ON COLUMN vobiz.transactions.updated_at IS 'when the provider last changed the entry';
COMMENT ON COLUMN vobiz.transactions.cdr_uuid IS 'the call this entry charges for, from reference';
COMMENT ON COLUMN vobiz.transactions.window_day IS 'UTC day under which the API listed the entry';
COMMENT ON COLUMN vobiz.transactions.extra IS
  'members of the API''s row that no column names yet, secrets removed; null when none';
COMMENT ON COLUMN vobiz.transactions.first_seen_at IS 'when the mirror first stored this row';
COMMENT ON COLUMN vobiz.transactions.changed_at IS 'when the mirror last changed this row';
COMMENT ON COLUMN vobiz.transactions.removed_at IS
  'when a complete, proven read no longer listed this row; null while it is listed';
COMMENT ON COLUMN vobiz.transactions.found_by IS
  'null: the list of its day holds the entry; span: no single day does, only a longer span';
CREATE INDEX transactions_window ON vobiz.transactions (partner_id, window_day);
CREATE INDEX transactions_cdr ON vobiz.transactions (cdr_uuid) WHERE cdr_uuid IS NOT NULL;
CREATE INDEX transactions_account_time ON vobiz.transactions (account_id, created_at);
CREATE INDEX transactions_found ON vobiz.transactions (partner_id, window_day) WHERE found_by IS NOT NULL;
CREATE INDEX transactions_time ON vobiz.transactions (partner_id, created_at) WHERE removed_at IS NULL;
-- Of millions of entries the few that are about no call: payments, rentals, debits of whole days.
CREATE INDEX transactions_other ON vobiz.transactions (account_id, created_at)
  WHERE cdr_uuid IS NULL AND removed_at IS NULL;

CREATE TABLE vobiz.cdrs (
  partner_id         text NOT NULL,
  account_id         text NOT NULL,
  uuid               uuid NOT NULL,
  start_time         timestamptz NOT NULL,
  id                 bigint,
  call_direction     text,
  caller_id_name     text,
  caller_id_number   text,
  destination_number text,
  duration           integer,
  billsec            integer,
  ring_time          integer,
  progress_time      timestamptz,
  answer_time        timestamptz,
  end_time           timestamptz,
  created_at         timestamptz,
  updated_at         timestamptz,
  cost               numeric,
  streaming_cost     numeric,
  total_cost         numeric,
  currency           text,
  hangup_cause       text,
  hangup_cause_code  text,
  hangup_cause_name  text,
  hangup_disposition text,
  hangup_source      text,
  failure_code       text,
  failure_reason     text,
  bridge_uuid        text,
  sip_call_id        text,
  sip_user_agent     text,
  codec              text,
  mos                numeric,
  jitter             numeric,
  packet_loss        numeric,
  network_addr       text,
  carrier_ip         text,
  context            text,
  region             text,
  origination_region text,
  campaign_id        text,
  customer_endpoint  text,
  trunk_id           text,
  terminated_to      text,
  window_day         date NOT NULL,
  extra              jsonb,
  first_seen_at      timestamptz NOT NULL DEFAULT now(),
  changed_at         timestamptz NOT NULL DEFAULT now(),
  removed_at         timestamptz,
  -- start_time stands in the key because PostgreSQL wants the partition's column there; the mirror
  -- itself keeps one row per (account_id, uuid).
  found_by           text CHECK (found_by IN ('span', 'id')),
  PRIMARY KEY (uuid, account_id, start_time)
) PARTITION BY RANGE (start_time);
COMMENT ON TABLE vobiz.cdrs IS 'call detail records: one row per call and customer, partitioned by month of start_time';
COMMENT ON COLUMN vobiz.cdrs.partner_id IS 'auth_id of the partner (reseller) this row was mirrored for';
COMMENT ON COLUMN vobiz.cdrs.account_id IS 'auth_id of the customer';
COMMENT ON COLUMN vobiz.cdrs.uuid IS 'the call';
COMMENT ON COLUMN vobiz.cdrs.start_time IS 'when the call started; the row''s created_at where the API gives none';
COMMENT ON COLUMN vobiz.cdrs.id IS 'the provider''s row number';
COMMENT ON COLUMN vobiz.cdrs.call_direction IS 'inbound or outbound';
COMMENT ON COLUMN vobiz.cdrs.caller_id_name IS 'caller''s name';
COMMENT ON COLUMN vobiz.cdrs.caller_id_number IS 'caller''s telephone number';
COMMENT ON COLUMN vobiz.cdrs.destination_number IS 'called telephone number';
COMMENT ON COLUMN vobiz.cdrs.duration IS 'seconds of ring and talk';
COMMENT ON COLUMN vobiz.cdrs.billsec IS 'billable seconds; above 0 means answered';
COMMENT ON COLUMN vobiz.cdrs.ring_time IS 'seconds of ringing';
COMMENT ON COLUMN vobiz.cdrs.progress_time IS 'first sign of life from the far end';
COMMENT ON COLUMN vobiz.cdrs.answer_time IS 'when it was answered; null if it was not';
COMMENT ON COLUMN vobiz.cdrs.end_time IS 'when it ended';
COMMENT ON COLUMN vobiz.cdrs.created_at IS 'when the provider wrote the record';
COMMENT ON COLUMN vobiz.cdrs.updated_at IS 'when the provider last changed the record';
COMMENT ON COLUMN vobiz.cdrs.cost IS 'voice charge, in currency';
COMMENT ON COLUMN vobiz.cdrs.streaming_cost IS 'media streaming charge, in currency';
COMMENT ON COLUMN vobiz.cdrs.total_cost IS 'whole charge, in currency';
COMMENT ON COLUMN vobiz.cdrs.currency IS 'ISO 4217 code of the charges';
COMMENT ON COLUMN vobiz.cdrs.hangup_cause IS 'why the call ended';
COMMENT ON COLUMN vobiz.cdrs.hangup_cause_code IS 'code of the cause';
COMMENT ON COLUMN vobiz.cdrs.hangup_cause_name IS 'name of the cause';
COMMENT ON COLUMN vobiz.cdrs.hangup_disposition IS 'which side ended the call, as signalled';
COMMENT ON COLUMN vobiz.cdrs.hangup_source IS 'where the end came from';
COMMENT ON COLUMN vobiz.cdrs.failure_code IS 'code of a failure';
COMMENT ON COLUMN vobiz.cdrs.failure_reason IS 'text of a failure';
COMMENT ON COLUMN vobiz.cdrs.bridge_uuid IS 'the call it was bridged to';
COMMENT ON COLUMN vobiz.cdrs.sip_call_id IS 'Call-ID of the SIP dialogue';
COMMENT ON COLUMN vobiz.cdrs.sip_user_agent IS 'user agent of the SIP endpoint';
COMMENT ON COLUMN vobiz.cdrs.codec IS 'audio codec';
COMMENT ON COLUMN vobiz.cdrs.mos IS 'mean opinion score; below 1 means no media was measured';
COMMENT ON COLUMN vobiz.cdrs.jitter IS 'milliseconds';
COMMENT ON COLUMN vobiz.cdrs.packet_loss IS 'percent';
COMMENT ON COLUMN vobiz.cdrs.network_addr IS 'network address of the endpoint';
COMMENT ON COLUMN vobiz.cdrs.carrier_ip IS 'address of the carrier';
COMMENT ON COLUMN vobiz.cdrs.context IS 'the provider''s routing context or product';
COMMENT ON COLUMN vobiz.cdrs.region IS 'region that carried the call';
COMMENT ON COLUMN vobiz.cdrs.origination_region IS 'region the call came from';
COMMENT ON COLUMN vobiz.cdrs.campaign_id IS 'the customer''s campaign';
COMMENT ON COLUMN vobiz.cdrs.customer_endpoint IS 'the customer''s endpoint';
COMMENT ON COLUMN vobiz.cdrs.trunk_id IS 'SIP trunk';
COMMENT ON COLUMN vobiz.cdrs.terminated_to IS 'where the call was delivered';
COMMENT ON COLUMN vobiz.cdrs.window_day IS 'UTC day under which the API listed the call';
COMMENT ON COLUMN vobiz.cdrs.extra IS
  'members of the API''s row that no column names yet, secrets removed; null when none';
COMMENT ON COLUMN vobiz.cdrs.first_seen_at IS 'when the mirror first stored this row';
COMMENT ON COLUMN vobiz.cdrs.changed_at IS 'when the mirror last changed this row';
COMMENT ON COLUMN vobiz.cdrs.removed_at IS
  'when a complete, proven read no longer listed this row; null while it is listed';
COMMENT ON COLUMN vobiz.cdrs.found_by IS
  'null: the list of its day holds the call; span: only the list of a longer span does; id: no list does, the API '
  'gave it when asked by uuid';
CREATE INDEX cdrs_window ON vobiz.cdrs (partner_id, window_day);
CREATE INDEX cdrs_account_time ON vobiz.cdrs (account_id, start_time);
CREATE INDEX cdrs_found ON vobiz.cdrs (partner_id, window_day) WHERE found_by IS NOT NULL;
-- The checks read a billing day by time; rows that the API no longer lists are not part of the books.
CREATE INDEX cdrs_time ON vobiz.cdrs (partner_id, start_time) WHERE removed_at IS NULL;
-- A call that an hour before a sweep had begun still counts in it only if it lasts longer than that.
CREATE INDEX cdrs_long_calls ON vobiz.cdrs (partner_id, start_time)
  WHERE coalesce(end_time - start_time, duration * interval '1 second') > interval '1 hour';

CREATE TABLE vobiz_part.cdrs_default PARTITION OF vobiz.cdrs DEFAULT;
COMMENT ON TABLE vobiz_part.cdrs_default IS 'calls of months that have no partition yet; meant to stay empty';
GRANT SELECT ON vobiz_part.cdrs_default TO vobiz_writer;

-- The API lists a call under the day it started on, give or take a day, so the rows of a day are looked for in the
-- months around it. A call that it corrects, or one whose start is nonsense, may have started at any time: the days
-- that have one are kept here, and their rows are looked for in all months.
CREATE TABLE vobiz_sync.stray_days (
  partner_id text NOT NULL,
  day        date NOT NULL,
  PRIMARY KEY (partner_id, day)
);
COMMENT ON TABLE vobiz_sync.stray_days IS
  'days whose list has held a call that started more than 31 days away: their calls are looked for in all months';
COMMENT ON COLUMN vobiz_sync.stray_days.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_sync.stray_days.day IS 'cdrs.window_day of such a call';

CREATE TABLE vobiz.numbers (
  partner_id                    text NOT NULL,
  e164                          text NOT NULL,
  id                            text,
  account_id                    text,
  country                       text,
  region                        text,
  capabilities                  jsonb,
  status                        text,
  provider                      text,
  setup_fee                     numeric,
  monthly_fee                   numeric,
  currency                      text,
  application_id                text,
  application_name              text,
  trunk_id                      text,
  number_type                   text,
  voice_enabled                 boolean,
  tags                          jsonb,
  purchased_at                  timestamptz,
  assigned_at                   timestamptz,
  expires_at                    timestamptz,
  is_blocked                    boolean,
  is_trial_number               boolean,
  last_billing_date             timestamptz,
  next_billing_date             timestamptz,
  minimum_commitment_months     integer,
  aadhaar_verification_required boolean,
  aadhaar_verified              boolean,
  source                        text,
  created_at                    timestamptz,
  updated_at                    timestamptz,
  extra                         jsonb,
  first_seen_at                 timestamptz NOT NULL DEFAULT now(),
  changed_at                    timestamptz NOT NULL DEFAULT now(),
  removed_at                    timestamptz,
  PRIMARY KEY (e164)
);
COMMENT ON TABLE vobiz.numbers IS 'telephone numbers (DIDs) and who holds them';
COMMENT ON COLUMN vobiz.numbers.partner_id IS 'auth_id of the partner (reseller) this row was mirrored for';
COMMENT ON COLUMN vobiz.numbers.e164 IS 'the telephone number';
COMMENT ON COLUMN vobiz.numbers.id IS 'the provider''s id of the number';
COMMENT ON COLUMN vobiz.numbers.account_id IS 'auth_id of the customer who holds it; null while nobody does';
COMMENT ON COLUMN vobiz.numbers.country IS 'country of the number';
COMMENT ON COLUMN vobiz.numbers.region IS 'region of the number';
COMMENT ON COLUMN vobiz.numbers.capabilities IS 'voice, sms, mms, fax';
COMMENT ON COLUMN vobiz.numbers.status IS 'the provider''s state of the number';
COMMENT ON COLUMN vobiz.numbers.provider IS 'carrier behind the number';
COMMENT ON COLUMN vobiz.numbers.setup_fee IS 'charged once, in currency';
COMMENT ON COLUMN vobiz.numbers.monthly_fee IS 'rent for a month, in currency';
COMMENT ON COLUMN vobiz.numbers.currency IS 'ISO 4217 code of the fees';
COMMENT ON COLUMN vobiz.numbers.application_id IS 'application that answers the number';
COMMENT ON COLUMN vobiz.numbers.application_name IS 'name of that application';
COMMENT ON COLUMN vobiz.numbers.trunk_id IS 'SIP trunk of the number';
COMMENT ON COLUMN vobiz.numbers.number_type IS 'local, mobile, toll-free, …';
COMMENT ON COLUMN vobiz.numbers.voice_enabled IS 'whether it takes calls';
COMMENT ON COLUMN vobiz.numbers.tags IS 'the customer''s labels';
COMMENT ON COLUMN vobiz.numbers.purchased_at IS 'when it was bought';
COMMENT ON COLUMN vobiz.numbers.assigned_at IS 'when the customer got it';
COMMENT ON COLUMN vobiz.numbers.expires_at IS 'when it ends';
COMMENT ON COLUMN vobiz.numbers.is_blocked IS 'whether it is blocked';
COMMENT ON COLUMN vobiz.numbers.is_trial_number IS 'whether it is for trial';
COMMENT ON COLUMN vobiz.numbers.last_billing_date IS 'last rental charge';
COMMENT ON COLUMN vobiz.numbers.next_billing_date IS 'next rental charge';
COMMENT ON COLUMN vobiz.numbers.minimum_commitment_months IS 'months it must be kept';
COMMENT ON COLUMN vobiz.numbers.aadhaar_verification_required IS 'whether an identity check is needed';
COMMENT ON COLUMN vobiz.numbers.aadhaar_verified IS 'whether the identity check is done';
COMMENT ON COLUMN vobiz.numbers.source IS 'where the number came from';
COMMENT ON COLUMN vobiz.numbers.created_at IS 'when the provider created it';
COMMENT ON COLUMN vobiz.numbers.updated_at IS 'when the provider last changed it';
COMMENT ON COLUMN vobiz.numbers.extra IS
  'members of the API''s row that no column names yet, secrets removed; null when none';
COMMENT ON COLUMN vobiz.numbers.first_seen_at IS 'when the mirror first stored this row';
COMMENT ON COLUMN vobiz.numbers.changed_at IS 'when the mirror last changed this row';
COMMENT ON COLUMN vobiz.numbers.removed_at IS
  'when a complete, proven read no longer listed this row; null while it is listed';
CREATE INDEX numbers_account ON vobiz.numbers (account_id);

CREATE TABLE vobiz.adjustments (
  id          bigint GENERATED ALWAYS AS IDENTITY,
  partner_id  text NOT NULL,
  stream      text NOT NULL,
  account_id  text,
  row_key     text NOT NULL,
  window_day  date,
  column_name text NOT NULL,
  old_value   text,
  new_value   text,
  difference  numeric,
  currency    text,
  seen_at     timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (id)
);
COMMENT ON TABLE vobiz.adjustments IS
  'changes of money and billing fields on rows already stored: re-rated calls, corrected entries';
COMMENT ON COLUMN vobiz.adjustments.id IS 'running number';
COMMENT ON COLUMN vobiz.adjustments.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz.adjustments.stream IS 'cdrs, transactions or numbers';
COMMENT ON COLUMN vobiz.adjustments.account_id IS 'auth_id of the customer';
COMMENT ON COLUMN vobiz.adjustments.row_key IS 'the row: a call''s uuid, a ledger entry''s id, a number';
COMMENT ON COLUMN vobiz.adjustments.window_day IS 'UTC day under which the row is listed; null for numbers';
COMMENT ON COLUMN vobiz.adjustments.column_name IS 'the field that changed';
COMMENT ON COLUMN vobiz.adjustments.old_value IS 'its value before';
COMMENT ON COLUMN vobiz.adjustments.new_value IS 'its value now';
COMMENT ON COLUMN vobiz.adjustments.difference IS 'new minus old, in currency or seconds; null for a status';
COMMENT ON COLUMN vobiz.adjustments.currency IS 'ISO 4217 code of a money field';
COMMENT ON COLUMN vobiz.adjustments.seen_at IS 'when the mirror saw the change';
CREATE INDEX adjustments_row ON vobiz.adjustments (stream, row_key);
CREATE INDEX adjustments_seen ON vobiz.adjustments (seen_at);
CREATE INDEX adjustments_account ON vobiz.adjustments (account_id, stream, seen_at);
