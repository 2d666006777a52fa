-- replaces: 1-17 ef3d4c7423f7a39848b2b272dd8a962ff45043eb9c5688305dc40bc427534c3b
-- The partner, its customers, their prices and wallets.
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
COMMENT ON COLUMN vobiz.partners.can_view_cdrs IS
  'permission: read call detail records; false means the call endpoints answer 403';
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
COMMENT ON COLUMN vobiz.partners.extra IS
  'members of the API''s row that no column names yet, secrets removed; null when none';
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
COMMENT ON COLUMN vobiz.accounts.currency IS
  'ISO 4217 code of cash_credits, where the API states it; otherwise the pricing tier''s';
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
COMMENT ON COLUMN vobiz.accounts.extra IS
  'members of the API''s row that no column names yet, secrets removed; null when none';
COMMENT ON COLUMN vobiz.accounts.first_seen_at IS 'when the mirror first stored this row';
COMMENT ON COLUMN vobiz.accounts.changed_at IS 'when the mirror last changed this row';
COMMENT ON COLUMN vobiz.accounts.removed_at IS
  'when a complete, proven read no longer listed this row; null while it is listed';
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
COMMENT ON COLUMN vobiz.pricing_tiers.pii_redaction_rate_per_minute IS
  'price of a minute of redaction of personal data';
COMMENT ON COLUMN vobiz.pricing_tiers.charge_non_connected_calls IS 'whether unanswered calls cost a fee';
COMMENT ON COLUMN vobiz.pricing_tiers.non_connected_call_fee IS 'the fee of an unanswered call';
COMMENT ON COLUMN vobiz.pricing_tiers.did_release_fee IS 'fee for giving a number back';
COMMENT ON COLUMN vobiz.pricing_tiers.is_active IS 'whether the tier is in use';
COMMENT ON COLUMN vobiz.pricing_tiers.is_default IS 'whether new customers get it';
COMMENT ON COLUMN vobiz.pricing_tiers.owner_partner_id IS 'partner_id as the tier states it';
COMMENT ON COLUMN vobiz.pricing_tiers.extra IS
  'members of the API''s row that no column names yet, secrets removed; null when none';
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
COMMENT ON COLUMN vobiz.account_balances.currency IS
  'ISO 4217 code; XXX where neither the account nor its tier nor the partner states one';
COMMENT ON COLUMN vobiz.account_balances.captured_at IS 'when the mirror read this balance';
COMMENT ON COLUMN vobiz.account_balances.cash_credits IS 'the wallet from captured_at until the next row';
COMMENT ON COLUMN vobiz.account_balances.updated_at IS 'the provider''s own clock of the balance, where it states one';
COMMENT ON COLUMN vobiz.account_balances.extra IS
  'members of the API''s row that no column names yet, secrets removed; null when none';
COMMENT ON COLUMN vobiz.account_balances.first_seen_at IS 'when the mirror first stored this row';
COMMENT ON COLUMN vobiz.account_balances.changed_at IS 'when the mirror last changed this row';
