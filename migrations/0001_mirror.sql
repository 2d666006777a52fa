-- Schemas and the mirrored tables (design.md §3). Columns carry the API's names in second-generation
-- spelling; money is numeric without scale; every instant is timestamptz.
CREATE SCHEMA vobiz;
COMMENT ON SCHEMA vobiz IS 'the mirror: a Vobiz partner''s customers, wallets, ledger, calls and numbers';
CREATE SCHEMA vobiz_sync;
COMMENT ON SCHEMA vobiz_sync IS 'bookkeeping of the mirror: what was read when, what is proven complete, what went wrong';
CREATE SCHEMA vobiz_bi;
COMMENT ON SCHEMA vobiz_bi IS 'views for people: reports and dashboards';
CREATE SCHEMA vobiz_part;
COMMENT ON SCHEMA vobiz_part IS 'partitions of the large tables; query the parents in schema vobiz instead';

CREATE TABLE vobiz_sync.schema_migrations (
  version    integer PRIMARY KEY,
  name       text NOT NULL,
  checksum   text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE vobiz_sync.schema_migrations IS 'migrations applied to this database';
COMMENT ON COLUMN vobiz_sync.schema_migrations.version IS 'number of the migration';
COMMENT ON COLUMN vobiz_sync.schema_migrations.name IS 'name of its file';
COMMENT ON COLUMN vobiz_sync.schema_migrations.checksum IS 'sha256 of its text';
COMMENT ON COLUMN vobiz_sync.schema_migrations.applied_at IS 'when it was applied';

-- The amount of a ledger row is positive and its type gives the sign (partner-api.md, "Transaction").
-- `credit` and `debit` are the types in use; of the older vocabulary those that bring money in are named
-- here, and everything else (did_rental and the like) takes money out.
CREATE FUNCTION vobiz.is_credit(type text) RETURNS boolean
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT type IN ('credit', 'recharge', 'payment', 'refund', 'topup', 'top_up') $$;
COMMENT ON FUNCTION vobiz.is_credit(text) IS 'whether a ledger row of this type brings money into the wallet';

-- The call that a ledger row charges for: its reference is "cdr:<uuid>".
CREATE FUNCTION vobiz.cdr_uuid(reference text) RETURNS uuid
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$
    SELECT CASE
      WHEN reference ~* '^cdr:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$'
      THEN substr(reference, 5)::uuid
    END
  $$;
COMMENT ON FUNCTION vobiz.cdr_uuid(text) IS 'the call a ledger reference names, or null when it names none';

CREATE TABLE vobiz.partners (
  partner_id               text NOT NULL,
  auth_id                  text NOT NULL,
  id                       text,
  account_id               text,
  name                     text,
  slug                     text,
  company                  text,
  email                    text,
  phone                    text,
  billing_model            text,
  is_active                boolean,
  is_verified              boolean,
  max_accounts             integer,
  account_count            integer,
  can_create_accounts      boolean,
  can_create_pricing_tiers boolean,
  can_view_cdrs            boolean,
  can_transfer_balance     boolean,
  default_pricing_tier_id  text,
  balance                  numeric,
  currency                 text,
  country                  text,
  gstin                    text,
  gst_status               text,
  tds_applicable           boolean,
  tds_percentage           numeric,
  account_type             text,
  status                   text,
  created_at               timestamptz,
  updated_at               timestamptz,
  extra                    jsonb,
  first_seen_at            timestamptz NOT NULL DEFAULT now(),
  changed_at               timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (auth_id)
);
COMMENT ON TABLE vobiz.partners IS 'the partner (reseller) itself, from GET /me';
COMMENT ON COLUMN vobiz.partners.partner_id IS 'auth_id of the partner (reseller) this row was mirrored for';
COMMENT ON COLUMN vobiz.partners.auth_id IS 'the partner''s own id (PA_…), the same as partner_id';
COMMENT ON COLUMN vobiz.partners.id IS 'the provider''s internal id: a uuid, or a slug in the first API generation';
COMMENT ON COLUMN vobiz.partners.account_id IS 'the provider''s account behind the partner';
COMMENT ON COLUMN vobiz.partners.name IS 'display name';
COMMENT ON COLUMN vobiz.partners.slug IS 'short name in the provider''s addresses';
COMMENT ON COLUMN vobiz.partners.company IS 'registered company name';
COMMENT ON COLUMN vobiz.partners.email IS 'contact e-mail';
COMMENT ON COLUMN vobiz.partners.phone IS 'contact telephone number';
COMMENT ON COLUMN vobiz.partners.billing_model IS 'how the provider bills the partner';
COMMENT ON COLUMN vobiz.partners.is_active IS 'whether the partner is active';
COMMENT ON COLUMN vobiz.partners.is_verified IS 'whether the provider has verified the partner';
COMMENT ON COLUMN vobiz.partners.max_accounts IS 'most customer accounts the partner may hold';
COMMENT ON COLUMN vobiz.partners.account_count IS 'customer accounts the provider counts';
COMMENT ON COLUMN vobiz.partners.can_create_accounts IS 'permission: create customer accounts';
COMMENT ON COLUMN vobiz.partners.can_create_pricing_tiers IS 'permission: create pricing tiers';
COMMENT ON COLUMN vobiz.partners.can_view_cdrs IS 'permission: read call detail records; false means the call endpoints answer 403';
COMMENT ON COLUMN vobiz.partners.can_transfer_balance IS 'permission: move money to customers';
COMMENT ON COLUMN vobiz.partners.default_pricing_tier_id IS 'tier that new customers get';
COMMENT ON COLUMN vobiz.partners.balance IS 'the partner''s master wallet, in currency';
COMMENT ON COLUMN vobiz.partners.currency IS 'ISO 4217 code of balance';
COMMENT ON COLUMN vobiz.partners.country IS 'country of the partner';
COMMENT ON COLUMN vobiz.partners.gstin IS 'Indian tax number (GSTIN)';
COMMENT ON COLUMN vobiz.partners.gst_status IS 'state of the tax registration';
COMMENT ON COLUMN vobiz.partners.tds_applicable IS 'whether tax is deducted at source';
COMMENT ON COLUMN vobiz.partners.tds_percentage IS 'tax deducted at source, percent';
COMMENT ON COLUMN vobiz.partners.account_type IS 'the provider''s account type';
COMMENT ON COLUMN vobiz.partners.status IS 'the provider''s state of the partner';
COMMENT ON COLUMN vobiz.partners.created_at IS 'when the provider created the partner';
COMMENT ON COLUMN vobiz.partners.updated_at IS 'when the provider last changed the partner';
COMMENT ON COLUMN vobiz.partners.extra IS 'members of the API''s row that no column names yet, secrets removed; null when none';
COMMENT ON COLUMN vobiz.partners.first_seen_at IS 'when the mirror first stored this row';
COMMENT ON COLUMN vobiz.partners.changed_at IS 'when the mirror last changed this row';

CREATE TABLE vobiz.accounts (
  partner_id                  text NOT NULL,
  auth_id                     text NOT NULL,
  id                          text,
  api_id                      text,
  owner_partner_id            text,
  name                        text,
  email                       text,
  phone                       text,
  description                 text,
  company                     text,
  business_type               text,
  account_type                text,
  role                        text,
  status                      text,
  gstin                       text,
  gst_status                  text,
  tds_enabled                 boolean,
  tds_percentage              numeric,
  postpaid                    boolean,
  billing_mode                text,
  auto_recharge               boolean,
  auto_recharge_config        jsonb,
  cash_credits                numeric,
  currency                    text,
  address                     text,
  city                        text,
  state                       text,
  country                     text,
  zip_code                    text,
  timezone                    text,
  cps_limit                   integer,
  concurrent_calls_limit      integer,
  base_cps_limit              integer,
  base_concurrent_calls_limit integer,
  purchased_cps               integer,
  purchased_concurrent_calls  integer,
  is_active                   boolean,
  is_verified                 boolean,
  is_trial_account            boolean,
  enabled                     boolean,
  kyc_status                  text,
  google_id                   text,
  pricing_tier_id             text,
  resource_uri                text,
  created_at                  timestamptz,
  updated_at                  timestamptz,
  last_login                  timestamptz,
  extra                       jsonb,
  first_seen_at               timestamptz NOT NULL DEFAULT now(),
  changed_at                  timestamptz NOT NULL DEFAULT now(),
  removed_at                  timestamptz,
  PRIMARY KEY (auth_id)
);
COMMENT ON TABLE vobiz.accounts IS 'customers of the partner, from GET /accounts; their tokens are never stored';
COMMENT ON COLUMN vobiz.accounts.partner_id IS 'auth_id of the partner (reseller) this row was mirrored for';
COMMENT ON COLUMN vobiz.accounts.auth_id IS 'the customer''s id (MA_…), the key everywhere else';
COMMENT ON COLUMN vobiz.accounts.id IS 'the provider''s internal number of the account, as text';
COMMENT ON COLUMN vobiz.accounts.api_id IS 'id of the API answer that carried the account';
COMMENT ON COLUMN vobiz.accounts.owner_partner_id IS 'partner_id as the account''s row states it';
COMMENT ON COLUMN vobiz.accounts.name IS 'customer''s display name';
COMMENT ON COLUMN vobiz.accounts.email IS 'contact e-mail';
COMMENT ON COLUMN vobiz.accounts.phone IS 'contact telephone number';
COMMENT ON COLUMN vobiz.accounts.description IS 'free text';
COMMENT ON COLUMN vobiz.accounts.company IS 'registered company name';
COMMENT ON COLUMN vobiz.accounts.business_type IS 'kind of business';
COMMENT ON COLUMN vobiz.accounts.account_type IS 'the provider''s account type';
COMMENT ON COLUMN vobiz.accounts.role IS 'role of the account';
COMMENT ON COLUMN vobiz.accounts.status IS 'the provider''s state of the account (first API generation)';
COMMENT ON COLUMN vobiz.accounts.gstin IS 'Indian tax number (GSTIN)';
COMMENT ON COLUMN vobiz.accounts.gst_status IS 'state of the tax registration';
COMMENT ON COLUMN vobiz.accounts.tds_enabled IS 'whether tax is deducted at source';
COMMENT ON COLUMN vobiz.accounts.tds_percentage IS 'tax deducted at source, percent';
COMMENT ON COLUMN vobiz.accounts.postpaid IS 'true: billed afterwards; false: prepaid wallet';
COMMENT ON COLUMN vobiz.accounts.billing_mode IS 'the provider''s billing mode';
COMMENT ON COLUMN vobiz.accounts.auto_recharge IS 'whether the wallet tops itself up';
COMMENT ON COLUMN vobiz.accounts.auto_recharge_config IS 'settings of the automatic top-up';
COMMENT ON COLUMN vobiz.accounts.cash_credits IS 'current wallet, in currency; its history is in account_balances';
COMMENT ON COLUMN vobiz.accounts.currency IS 'ISO 4217 code of cash_credits, where the API states it; otherwise the pricing tier''s';
COMMENT ON COLUMN vobiz.accounts.address IS 'street address';
COMMENT ON COLUMN vobiz.accounts.city IS 'city';
COMMENT ON COLUMN vobiz.accounts.state IS 'state of the address';
COMMENT ON COLUMN vobiz.accounts.country IS 'country';
COMMENT ON COLUMN vobiz.accounts.zip_code IS 'postal code';
COMMENT ON COLUMN vobiz.accounts.timezone IS 'the customer''s time zone';
COMMENT ON COLUMN vobiz.accounts.cps_limit IS 'most new calls per second';
COMMENT ON COLUMN vobiz.accounts.concurrent_calls_limit IS 'most calls at the same time';
COMMENT ON COLUMN vobiz.accounts.base_cps_limit IS 'calls per second before purchases';
COMMENT ON COLUMN vobiz.accounts.base_concurrent_calls_limit IS 'concurrent calls before purchases';
COMMENT ON COLUMN vobiz.accounts.purchased_cps IS 'calls per second bought on top';
COMMENT ON COLUMN vobiz.accounts.purchased_concurrent_calls IS 'concurrent calls bought on top';
COMMENT ON COLUMN vobiz.accounts.is_active IS 'whether the account is active';
COMMENT ON COLUMN vobiz.accounts.is_verified IS 'whether the account is verified';
COMMENT ON COLUMN vobiz.accounts.is_trial_account IS 'whether it is a trial';
COMMENT ON COLUMN vobiz.accounts.enabled IS 'whether the account may be used';
COMMENT ON COLUMN vobiz.accounts.kyc_status IS 'state of the know-your-customer check';
COMMENT ON COLUMN vobiz.accounts.google_id IS 'linked Google identity';
COMMENT ON COLUMN vobiz.accounts.pricing_tier_id IS 'the customer''s tier, see pricing_tiers';
COMMENT ON COLUMN vobiz.accounts.resource_uri IS 'the provider''s path of the account';
COMMENT ON COLUMN vobiz.accounts.created_at IS 'when the provider created the account';
COMMENT ON COLUMN vobiz.accounts.updated_at IS 'when the provider last changed the account';
COMMENT ON COLUMN vobiz.accounts.last_login IS 'last login of the customer';
COMMENT ON COLUMN vobiz.accounts.extra IS 'members of the API''s row that no column names yet, secrets removed; null when none';
COMMENT ON COLUMN vobiz.accounts.first_seen_at IS 'when the mirror first stored this row';
COMMENT ON COLUMN vobiz.accounts.changed_at IS 'when the mirror last changed this row';
COMMENT ON COLUMN vobiz.accounts.removed_at IS 'when a complete, proven read no longer listed this row; null while it is listed';
CREATE INDEX accounts_partner ON vobiz.accounts (partner_id);

CREATE TABLE vobiz.pricing_tiers (
  partner_id                    text NOT NULL,
  id                            text NOT NULL,
  name                          text,
  currency                      text,
  rate_per_minute               numeric,
  streaming_rate_per_minute     numeric,
  recording_rate_per_minute     numeric,
  whatsapp_voice_rate           numeric,
  transcription_rate_per_minute numeric,
  pii_redaction_rate_per_minute numeric,
  charge_non_connected_calls    boolean,
  non_connected_call_fee        numeric,
  did_release_fee               numeric,
  is_active                     boolean,
  is_default                    boolean,
  owner_partner_id              text,
  extra                         jsonb,
  first_seen_at                 timestamptz NOT NULL DEFAULT now(),
  changed_at                    timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (id)
);
COMMENT ON TABLE vobiz.pricing_tiers IS 'price lists, taken from the account rows that carry them';
COMMENT ON COLUMN vobiz.pricing_tiers.partner_id IS 'auth_id of the partner (reseller) this row was mirrored for';
COMMENT ON COLUMN vobiz.pricing_tiers.id IS 'the provider''s id of the tier';
COMMENT ON COLUMN vobiz.pricing_tiers.name IS 'display name';
COMMENT ON COLUMN vobiz.pricing_tiers.currency IS 'ISO 4217 code of all rates';
COMMENT ON COLUMN vobiz.pricing_tiers.rate_per_minute IS 'price of a minute of voice';
COMMENT ON COLUMN vobiz.pricing_tiers.streaming_rate_per_minute IS 'price of a minute of media streaming';
COMMENT ON COLUMN vobiz.pricing_tiers.recording_rate_per_minute IS 'price of a minute of recording';
COMMENT ON COLUMN vobiz.pricing_tiers.whatsapp_voice_rate IS 'price of a minute of WhatsApp voice';
COMMENT ON COLUMN vobiz.pricing_tiers.transcription_rate_per_minute IS 'price of a minute of transcription';
COMMENT ON COLUMN vobiz.pricing_tiers.pii_redaction_rate_per_minute IS 'price of a minute of redaction of personal data';
COMMENT ON COLUMN vobiz.pricing_tiers.charge_non_connected_calls IS 'whether unanswered calls cost a fee';
COMMENT ON COLUMN vobiz.pricing_tiers.non_connected_call_fee IS 'the fee of an unanswered call';
COMMENT ON COLUMN vobiz.pricing_tiers.did_release_fee IS 'fee for giving a number back';
COMMENT ON COLUMN vobiz.pricing_tiers.is_active IS 'whether the tier is in use';
COMMENT ON COLUMN vobiz.pricing_tiers.is_default IS 'whether new customers get it';
COMMENT ON COLUMN vobiz.pricing_tiers.owner_partner_id IS 'partner_id as the tier states it';
COMMENT ON COLUMN vobiz.pricing_tiers.extra IS 'members of the API''s row that no column names yet, secrets removed; null when none';
COMMENT ON COLUMN vobiz.pricing_tiers.first_seen_at IS 'when the mirror first stored this row';
COMMENT ON COLUMN vobiz.pricing_tiers.changed_at IS 'when the mirror last changed this row';

CREATE TABLE vobiz.account_balances (
  partner_id    text NOT NULL,
  auth_id       text NOT NULL,
  currency      text NOT NULL,
  captured_at   timestamptz NOT NULL,
  cash_credits  numeric NOT NULL,
  updated_at    timestamptz,
  extra         jsonb,
  first_seen_at timestamptz NOT NULL DEFAULT now(),
  changed_at    timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (auth_id, currency, captured_at)
);
COMMENT ON TABLE vobiz.account_balances IS 'history of customer wallets: a row only when the balance changed';
COMMENT ON COLUMN vobiz.account_balances.partner_id IS 'auth_id of the partner (reseller) this row was mirrored for';
COMMENT ON COLUMN vobiz.account_balances.auth_id IS 'the customer';
COMMENT ON COLUMN vobiz.account_balances.currency IS 'ISO 4217 code; XXX where neither the account nor its tier nor the partner states one';
COMMENT ON COLUMN vobiz.account_balances.captured_at IS 'when the mirror read this balance';
COMMENT ON COLUMN vobiz.account_balances.cash_credits IS 'the wallet from captured_at until the next row';
COMMENT ON COLUMN vobiz.account_balances.updated_at IS 'the provider''s own clock of the balance, where it states one';
COMMENT ON COLUMN vobiz.account_balances.extra IS 'members of the API''s row that no column names yet, secrets removed; null when none';
COMMENT ON COLUMN vobiz.account_balances.first_seen_at IS 'when the mirror first stored this row';
COMMENT ON COLUMN vobiz.account_balances.changed_at IS 'when the mirror last changed this row';

CREATE TABLE vobiz.dashboard_snapshots (
  partner_id                  text NOT NULL,
  captured_at                 timestamptz NOT NULL,
  accounts_total              integer,
  accounts_active             integer,
  accounts_low_balance        integer,
  accounts_suspended          integer,
  pending_kyc                 integer,
  total_balance               numeric,
  currency                    text,
  calls_today                 bigint,
  calls_this_month            bigint,
  total_spend_this_month      numeric,
  mtd_revenue                 numeric,
  total_calls                 bigint,
  answered_calls              bigint,
  total_minutes               numeric,
  total_cost                  numeric,
  inbound_total_calls         bigint,
  inbound_answered_calls      bigint,
  inbound_total_minutes       numeric,
  inbound_total_cost          numeric,
  outbound_total_calls        bigint,
  outbound_answered_calls     bigint,
  outbound_total_minutes      numeric,
  outbound_total_cost         numeric,
  sip_trunking_total_calls    bigint,
  sip_trunking_answered_calls bigint,
  sip_trunking_total_minutes  numeric,
  sip_trunking_total_cost     numeric,
  voice_api_total_calls       bigint,
  voice_api_answered_calls    bigint,
  voice_api_total_minutes     numeric,
  voice_api_total_cost        numeric,
  period_from                 text,
  period_to                   text,
  extra                       jsonb,
  first_seen_at               timestamptz NOT NULL DEFAULT now(),
  changed_at                  timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (partner_id, captured_at)
);
COMMENT ON TABLE vobiz.dashboard_snapshots IS 'the provider''s dashboard, a row whenever a figure changed';
COMMENT ON COLUMN vobiz.dashboard_snapshots.partner_id IS 'auth_id of the partner (reseller) this row was mirrored for';
COMMENT ON COLUMN vobiz.dashboard_snapshots.captured_at IS 'when the mirror read these figures';
COMMENT ON COLUMN vobiz.dashboard_snapshots.accounts_total IS 'customer accounts';
COMMENT ON COLUMN vobiz.dashboard_snapshots.accounts_active IS 'active customer accounts';
COMMENT ON COLUMN vobiz.dashboard_snapshots.accounts_low_balance IS 'customers with a low wallet (first API generation)';
COMMENT ON COLUMN vobiz.dashboard_snapshots.accounts_suspended IS 'suspended customers (first API generation)';
COMMENT ON COLUMN vobiz.dashboard_snapshots.pending_kyc IS 'customers whose identity check is open';
COMMENT ON COLUMN vobiz.dashboard_snapshots.total_balance IS 'sum of the customers'' wallets, in currency';
COMMENT ON COLUMN vobiz.dashboard_snapshots.currency IS 'ISO 4217 code of all amounts of the row';
COMMENT ON COLUMN vobiz.dashboard_snapshots.calls_today IS 'calls of the provider''s current day (first API generation)';
COMMENT ON COLUMN vobiz.dashboard_snapshots.calls_this_month IS 'calls of the provider''s current month (first API generation)';
COMMENT ON COLUMN vobiz.dashboard_snapshots.total_spend_this_month IS 'spend of the provider''s current month, in currency (first API generation)';
COMMENT ON COLUMN vobiz.dashboard_snapshots.mtd_revenue IS 'revenue of the month to date, in currency';
COMMENT ON COLUMN vobiz.dashboard_snapshots.total_calls IS 'all: calls in the dashboard''s window';
COMMENT ON COLUMN vobiz.dashboard_snapshots.answered_calls IS 'all: answered calls in the dashboard''s window';
COMMENT ON COLUMN vobiz.dashboard_snapshots.total_minutes IS 'all: minutes in the dashboard''s window';
COMMENT ON COLUMN vobiz.dashboard_snapshots.total_cost IS 'all: cost, in currency in the dashboard''s window';
COMMENT ON COLUMN vobiz.dashboard_snapshots.inbound_total_calls IS 'inbound: calls in the dashboard''s window';
COMMENT ON COLUMN vobiz.dashboard_snapshots.inbound_answered_calls IS 'inbound: answered calls in the dashboard''s window';
COMMENT ON COLUMN vobiz.dashboard_snapshots.inbound_total_minutes IS 'inbound: minutes in the dashboard''s window';
COMMENT ON COLUMN vobiz.dashboard_snapshots.inbound_total_cost IS 'inbound: cost, in currency in the dashboard''s window';
COMMENT ON COLUMN vobiz.dashboard_snapshots.outbound_total_calls IS 'outbound: calls in the dashboard''s window';
COMMENT ON COLUMN vobiz.dashboard_snapshots.outbound_answered_calls IS 'outbound: answered calls in the dashboard''s window';
COMMENT ON COLUMN vobiz.dashboard_snapshots.outbound_total_minutes IS 'outbound: minutes in the dashboard''s window';
COMMENT ON COLUMN vobiz.dashboard_snapshots.outbound_total_cost IS 'outbound: cost, in currency in the dashboard''s window';
COMMENT ON COLUMN vobiz.dashboard_snapshots.sip_trunking_total_calls IS 'SIP trunking: calls in the dashboard''s window';
COMMENT ON COLUMN vobiz.dashboard_snapshots.sip_trunking_answered_calls IS 'SIP trunking: answered calls in the dashboard''s window';
COMMENT ON COLUMN vobiz.dashboard_snapshots.sip_trunking_total_minutes IS 'SIP trunking: minutes in the dashboard''s window';
COMMENT ON COLUMN vobiz.dashboard_snapshots.sip_trunking_total_cost IS 'SIP trunking: cost, in currency in the dashboard''s window';
COMMENT ON COLUMN vobiz.dashboard_snapshots.voice_api_total_calls IS 'voice API: calls in the dashboard''s window';
COMMENT ON COLUMN vobiz.dashboard_snapshots.voice_api_answered_calls IS 'voice API: answered calls in the dashboard''s window';
COMMENT ON COLUMN vobiz.dashboard_snapshots.voice_api_total_minutes IS 'voice API: minutes in the dashboard''s window';
COMMENT ON COLUMN vobiz.dashboard_snapshots.voice_api_total_cost IS 'voice API: cost, in currency in the dashboard''s window';
COMMENT ON COLUMN vobiz.dashboard_snapshots.period_from IS 'start of the window the figures cover, as the provider wrote it';
COMMENT ON COLUMN vobiz.dashboard_snapshots.period_to IS 'end of the window the figures cover, as the provider wrote it';
COMMENT ON COLUMN vobiz.dashboard_snapshots.extra IS 'members of the API''s row that no column names yet, secrets removed; null when none';
COMMENT ON COLUMN vobiz.dashboard_snapshots.first_seen_at IS 'when the mirror first stored this row';
COMMENT ON COLUMN vobiz.dashboard_snapshots.changed_at IS 'when the mirror last changed this row';

CREATE TABLE vobiz.dashboard_daily (
  partner_id              text NOT NULL,
  day                     date NOT NULL,
  total_calls             bigint,
  answered_calls          bigint,
  total_minutes           numeric,
  total_cost              numeric,
  inbound_total_calls     bigint,
  inbound_answered_calls  bigint,
  inbound_total_minutes   numeric,
  inbound_total_cost      numeric,
  outbound_total_calls    bigint,
  outbound_answered_calls bigint,
  outbound_total_minutes  numeric,
  outbound_total_cost     numeric,
  extra                   jsonb,
  first_seen_at           timestamptz NOT NULL DEFAULT now(),
  changed_at              timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (partner_id, day)
);
COMMENT ON TABLE vobiz.dashboard_daily IS 'the dashboard''s time series, one row a day; costs in the currency of dashboard_snapshots';
COMMENT ON COLUMN vobiz.dashboard_daily.partner_id IS 'auth_id of the partner (reseller) this row was mirrored for';
COMMENT ON COLUMN vobiz.dashboard_daily.day IS 'day of the provider''s time series';
COMMENT ON COLUMN vobiz.dashboard_daily.total_calls IS 'all: calls of the day';
COMMENT ON COLUMN vobiz.dashboard_daily.answered_calls IS 'all: answered calls of the day';
COMMENT ON COLUMN vobiz.dashboard_daily.total_minutes IS 'all: minutes of the day';
COMMENT ON COLUMN vobiz.dashboard_daily.total_cost IS 'all: cost, in currency of the day';
COMMENT ON COLUMN vobiz.dashboard_daily.inbound_total_calls IS 'inbound: calls of the day';
COMMENT ON COLUMN vobiz.dashboard_daily.inbound_answered_calls IS 'inbound: answered calls of the day';
COMMENT ON COLUMN vobiz.dashboard_daily.inbound_total_minutes IS 'inbound: minutes of the day';
COMMENT ON COLUMN vobiz.dashboard_daily.inbound_total_cost IS 'inbound: cost, in currency of the day';
COMMENT ON COLUMN vobiz.dashboard_daily.outbound_total_calls IS 'outbound: calls of the day';
COMMENT ON COLUMN vobiz.dashboard_daily.outbound_answered_calls IS 'outbound: answered calls of the day';
COMMENT ON COLUMN vobiz.dashboard_daily.outbound_total_minutes IS 'outbound: minutes of the day';
COMMENT ON COLUMN vobiz.dashboard_daily.outbound_total_cost IS 'outbound: cost, in currency of the day';
COMMENT ON COLUMN vobiz.dashboard_daily.extra IS 'members of the API''s row that no column names yet, secrets removed; null when none';
COMMENT ON COLUMN vobiz.dashboard_daily.first_seen_at IS 'when the mirror first stored this row';
COMMENT ON COLUMN vobiz.dashboard_daily.changed_at IS 'when the mirror last changed this row';

CREATE TABLE vobiz.analytics_daily (
  partner_id                  text NOT NULL,
  day                         date NOT NULL,
  total_calls                 bigint,
  answered_calls              bigint,
  failed_calls                bigint,
  total_duration_seconds      bigint,
  total_minutes               numeric,
  total_cost                  numeric,
  currency                    text,
  inbound_total_calls         bigint,
  inbound_answered_calls      bigint,
  inbound_total_minutes       numeric,
  inbound_total_cost          numeric,
  outbound_total_calls        bigint,
  outbound_answered_calls     bigint,
  outbound_total_minutes      numeric,
  outbound_total_cost         numeric,
  sip_trunking_total_calls    bigint,
  sip_trunking_answered_calls bigint,
  sip_trunking_total_minutes  numeric,
  sip_trunking_total_cost     numeric,
  voice_api_total_calls       bigint,
  voice_api_answered_calls    bigint,
  voice_api_total_minutes     numeric,
  voice_api_total_cost        numeric,
  extra                       jsonb,
  first_seen_at               timestamptz NOT NULL DEFAULT now(),
  changed_at                  timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (partner_id, day)
);
COMMENT ON TABLE vobiz.analytics_daily IS 'the provider''s own aggregates of a day, to hold our calls against';
COMMENT ON COLUMN vobiz.analytics_daily.partner_id IS 'auth_id of the partner (reseller) this row was mirrored for';
COMMENT ON COLUMN vobiz.analytics_daily.day IS 'the UTC day that was asked for';
COMMENT ON COLUMN vobiz.analytics_daily.total_calls IS 'calls';
COMMENT ON COLUMN vobiz.analytics_daily.answered_calls IS 'answered calls';
COMMENT ON COLUMN vobiz.analytics_daily.failed_calls IS 'failed calls (first API generation)';
COMMENT ON COLUMN vobiz.analytics_daily.total_duration_seconds IS 'seconds (first API generation)';
COMMENT ON COLUMN vobiz.analytics_daily.total_minutes IS 'minutes';
COMMENT ON COLUMN vobiz.analytics_daily.total_cost IS 'cost, in currency';
COMMENT ON COLUMN vobiz.analytics_daily.currency IS 'ISO 4217 code of the costs';
COMMENT ON COLUMN vobiz.analytics_daily.inbound_total_calls IS 'inbound: calls';
COMMENT ON COLUMN vobiz.analytics_daily.inbound_answered_calls IS 'inbound: answered calls';
COMMENT ON COLUMN vobiz.analytics_daily.inbound_total_minutes IS 'inbound: minutes';
COMMENT ON COLUMN vobiz.analytics_daily.inbound_total_cost IS 'inbound: cost, in currency';
COMMENT ON COLUMN vobiz.analytics_daily.outbound_total_calls IS 'outbound: calls';
COMMENT ON COLUMN vobiz.analytics_daily.outbound_answered_calls IS 'outbound: answered calls';
COMMENT ON COLUMN vobiz.analytics_daily.outbound_total_minutes IS 'outbound: minutes';
COMMENT ON COLUMN vobiz.analytics_daily.outbound_total_cost IS 'outbound: cost, in currency';
COMMENT ON COLUMN vobiz.analytics_daily.sip_trunking_total_calls IS 'SIP trunking: calls';
COMMENT ON COLUMN vobiz.analytics_daily.sip_trunking_answered_calls IS 'SIP trunking: answered calls';
COMMENT ON COLUMN vobiz.analytics_daily.sip_trunking_total_minutes IS 'SIP trunking: minutes';
COMMENT ON COLUMN vobiz.analytics_daily.sip_trunking_total_cost IS 'SIP trunking: cost, in currency';
COMMENT ON COLUMN vobiz.analytics_daily.voice_api_total_calls IS 'voice API: calls';
COMMENT ON COLUMN vobiz.analytics_daily.voice_api_answered_calls IS 'voice API: answered calls';
COMMENT ON COLUMN vobiz.analytics_daily.voice_api_total_minutes IS 'voice API: minutes';
COMMENT ON COLUMN vobiz.analytics_daily.voice_api_total_cost IS 'voice API: cost, in currency';
COMMENT ON COLUMN vobiz.analytics_daily.extra IS 'members of the API''s row that no column names yet, secrets removed; null when none';
COMMENT ON COLUMN vobiz.analytics_daily.first_seen_at IS 'when the mirror first stored this row';
COMMENT ON COLUMN vobiz.analytics_daily.changed_at IS 'when the mirror last changed this row';

CREATE TABLE vobiz.analytics_top_customers (
  partner_id    text NOT NULL,
  day           date NOT NULL,
  auth_id       text NOT NULL,
  name          text,
  calls         bigint,
  cost          numeric,
  extra         jsonb,
  first_seen_at timestamptz NOT NULL DEFAULT now(),
  changed_at    timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (partner_id, day, auth_id)
);
COMMENT ON TABLE vobiz.analytics_top_customers IS 'the provider''s list of the day''s largest customers (first API generation); cost in the currency of analytics_daily';
COMMENT ON COLUMN vobiz.analytics_top_customers.partner_id IS 'auth_id of the partner (reseller) this row was mirrored for';
COMMENT ON COLUMN vobiz.analytics_top_customers.day IS 'the UTC day that was asked for';
COMMENT ON COLUMN vobiz.analytics_top_customers.auth_id IS 'the customer';
COMMENT ON COLUMN vobiz.analytics_top_customers.name IS 'the customer''s name in the list';
COMMENT ON COLUMN vobiz.analytics_top_customers.calls IS 'the customer''s calls';
COMMENT ON COLUMN vobiz.analytics_top_customers.cost IS 'the customer''s cost, in the currency of the day''s row in analytics_daily';
COMMENT ON COLUMN vobiz.analytics_top_customers.extra IS 'members of the API''s row that no column names yet, secrets removed; null when none';
COMMENT ON COLUMN vobiz.analytics_top_customers.first_seen_at IS 'when the mirror first stored this row';
COMMENT ON COLUMN vobiz.analytics_top_customers.changed_at IS 'when the mirror last changed this row';

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
  PRIMARY KEY (account_id, id)
);
COMMENT ON TABLE vobiz.transactions IS 'the ledger: every credit and debit of every customer wallet';
COMMENT ON COLUMN vobiz.transactions.partner_id IS 'auth_id of the partner (reseller) this row was mirrored for';
COMMENT ON COLUMN vobiz.transactions.id IS 'the provider''s id of the entry: a uuid, or txn_… in the first generation';
COMMENT ON COLUMN vobiz.transactions.account_id IS 'auth_id of the customer';
COMMENT ON COLUMN vobiz.transactions.balance_id IS 'the provider''s id of the wallet';
COMMENT ON COLUMN vobiz.transactions.type IS 'credit, debit or an older value; vobiz.is_credit() gives the sign of amount';
COMMENT ON COLUMN vobiz.transactions.amount IS 'positive amount, in currency';
COMMENT ON COLUMN vobiz.transactions.currency IS 'ISO 4217 code of amount';
COMMENT ON COLUMN vobiz.transactions.description IS 'the provider''s text';
COMMENT ON COLUMN vobiz.transactions.reference IS 'what the entry is for: cdr:<call uuid>, ptc:<partner>:<customer>:<time>, …';
COMMENT ON COLUMN vobiz.transactions.reference_type IS 'cdr, stream_cdr, ncc (fee of an unanswered call), did_rental, payment, …';
COMMENT ON COLUMN vobiz.transactions.status IS 'completed, pending, failed or cancelled';
COMMENT ON COLUMN vobiz.transactions.processed_at IS 'when the provider processed the entry';
COMMENT ON COLUMN vobiz.transactions.created_at IS 'when the entry was booked; the API''s day filter looks at it';
COMMENT ON COLUMN vobiz.transactions.updated_at IS 'when the provider last changed the entry';
COMMENT ON COLUMN vobiz.transactions.cdr_uuid IS 'the call this entry charges for, from reference';
COMMENT ON COLUMN vobiz.transactions.window_day IS 'UTC day under which the API listed the entry';
COMMENT ON COLUMN vobiz.transactions.extra IS 'members of the API''s row that no column names yet, secrets removed; null when none';
COMMENT ON COLUMN vobiz.transactions.first_seen_at IS 'when the mirror first stored this row';
COMMENT ON COLUMN vobiz.transactions.changed_at IS 'when the mirror last changed this row';
COMMENT ON COLUMN vobiz.transactions.removed_at IS 'when a complete, proven read no longer listed this row; null while it is listed';
CREATE INDEX transactions_window ON vobiz.transactions (partner_id, window_day);
CREATE INDEX transactions_cdr ON vobiz.transactions (cdr_uuid) WHERE cdr_uuid IS NOT NULL;
CREATE INDEX transactions_account_time ON vobiz.transactions (account_id, created_at);

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
  PRIMARY KEY (account_id, uuid, start_time)
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
COMMENT ON COLUMN vobiz.cdrs.extra IS 'members of the API''s row that no column names yet, secrets removed; null when none';
COMMENT ON COLUMN vobiz.cdrs.first_seen_at IS 'when the mirror first stored this row';
COMMENT ON COLUMN vobiz.cdrs.changed_at IS 'when the mirror last changed this row';
COMMENT ON COLUMN vobiz.cdrs.removed_at IS 'when a complete, proven read no longer listed this row; null while it is listed';
CREATE INDEX cdrs_window ON vobiz.cdrs (partner_id, window_day);
CREATE INDEX cdrs_account_time ON vobiz.cdrs (account_id, start_time);
CREATE TABLE vobiz_part.cdrs_default PARTITION OF vobiz.cdrs DEFAULT;
COMMENT ON TABLE vobiz_part.cdrs_default IS 'calls of months that have no partition yet; meant to stay empty';

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
COMMENT ON COLUMN vobiz.numbers.extra IS 'members of the API''s row that no column names yet, secrets removed; null when none';
COMMENT ON COLUMN vobiz.numbers.first_seen_at IS 'when the mirror first stored this row';
COMMENT ON COLUMN vobiz.numbers.changed_at IS 'when the mirror last changed this row';
COMMENT ON COLUMN vobiz.numbers.removed_at IS 'when a complete, proven read no longer listed this row; null while it is listed';
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
COMMENT ON TABLE vobiz.adjustments IS 'changes of money and billing fields on rows already stored: re-rated calls, corrected entries';
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

-- The currency of a customer's wallet where the balance itself does not state one. XXX is ISO 4217's code
-- for "no currency": an amount is never given a currency that nobody stated.
CREATE FUNCTION vobiz.account_currency(customer text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
  AS $$
    SELECT coalesce(a.currency, t.currency, p.currency, 'XXX')
    FROM (SELECT customer AS auth_id) c
    LEFT JOIN vobiz.accounts a ON a.auth_id = c.auth_id
    LEFT JOIN vobiz.pricing_tiers t ON t.id = a.pricing_tier_id
    LEFT JOIN vobiz.partners p ON p.auth_id = a.partner_id
  $$;
COMMENT ON FUNCTION vobiz.account_currency(text) IS 'currency of a customer''s wallet: the account''s own, else its tier''s, else the partner''s, else XXX';
