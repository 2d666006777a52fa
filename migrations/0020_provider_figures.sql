-- replaces: 1-17 ef3d4c7423f7a39848b2b272dd8a962ff45043eb9c5688305dc40bc427534c3b
-- The provider's own sums, to hold the mirror against.
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
COMMENT ON COLUMN vobiz.dashboard_snapshots.accounts_low_balance IS
  'customers with a low wallet (first API generation)';
COMMENT ON COLUMN vobiz.dashboard_snapshots.accounts_suspended IS 'suspended customers (first API generation)';
COMMENT ON COLUMN vobiz.dashboard_snapshots.pending_kyc IS 'customers whose identity check is open';
COMMENT ON COLUMN vobiz.dashboard_snapshots.total_balance IS 'sum of the customers'' wallets, in currency';
COMMENT ON COLUMN vobiz.dashboard_snapshots.currency IS 'ISO 4217 code of all amounts of the row';
COMMENT ON COLUMN vobiz.dashboard_snapshots.calls_today IS
  'calls of the provider''s current day (first API generation)';
COMMENT ON COLUMN vobiz.dashboard_snapshots.calls_this_month IS
  'calls of the provider''s current month (first API generation)';
COMMENT ON COLUMN vobiz.dashboard_snapshots.total_spend_this_month IS
  'spend of the provider''s current month, in currency (first API generation)';
COMMENT ON COLUMN vobiz.dashboard_snapshots.mtd_revenue IS 'revenue of the month to date, in currency';
COMMENT ON COLUMN vobiz.dashboard_snapshots.total_calls IS 'all: calls in the dashboard''s window';
COMMENT ON COLUMN vobiz.dashboard_snapshots.answered_calls IS 'all: answered calls in the dashboard''s window';
COMMENT ON COLUMN vobiz.dashboard_snapshots.total_minutes IS 'all: minutes in the dashboard''s window';
COMMENT ON COLUMN vobiz.dashboard_snapshots.total_cost IS 'all: cost, in currency in the dashboard''s window';
COMMENT ON COLUMN vobiz.dashboard_snapshots.inbound_total_calls IS 'inbound: calls in the dashboard''s window';
COMMENT ON COLUMN vobiz.dashboard_snapshots.inbound_answered_calls IS
  'inbound: answered calls in the dashboard''s window';
COMMENT ON COLUMN vobiz.dashboard_snapshots.inbound_total_minutes IS 'inbound: minutes in the dashboard''s window';
COMMENT ON COLUMN vobiz.dashboard_snapshots.inbound_total_cost IS
  'inbound: cost, in currency in the dashboard''s window';
COMMENT ON COLUMN vobiz.dashboard_snapshots.outbound_total_calls IS 'outbound: calls in the dashboard''s window';
COMMENT ON COLUMN vobiz.dashboard_snapshots.outbound_answered_calls IS
  'outbound: answered calls in the dashboard''s window';
COMMENT ON COLUMN vobiz.dashboard_snapshots.outbound_total_minutes IS 'outbound: minutes in the dashboard''s window';
COMMENT ON COLUMN vobiz.dashboard_snapshots.outbound_total_cost IS
  'outbound: cost, in currency in the dashboard''s window';
COMMENT ON COLUMN vobiz.dashboard_snapshots.sip_trunking_total_calls IS
  'SIP trunking: calls in the dashboard''s window';
COMMENT ON COLUMN vobiz.dashboard_snapshots.sip_trunking_answered_calls IS
  'SIP trunking: answered calls in the dashboard''s window';
COMMENT ON COLUMN vobiz.dashboard_snapshots.sip_trunking_total_minutes IS
  'SIP trunking: minutes in the dashboard''s window';
COMMENT ON COLUMN vobiz.dashboard_snapshots.sip_trunking_total_cost IS
  'SIP trunking: cost, in currency in the dashboard''s window';
COMMENT ON COLUMN vobiz.dashboard_snapshots.voice_api_total_calls IS 'voice API: calls in the dashboard''s window';
COMMENT ON COLUMN vobiz.dashboard_snapshots.voice_api_answered_calls IS
  'voice API: answered calls in the dashboard''s window';
COMMENT ON COLUMN vobiz.dashboard_snapshots.voice_api_total_minutes IS 'voice API: minutes in the dashboard''s window';
COMMENT ON COLUMN vobiz.dashboard_snapshots.voice_api_total_cost IS
  'voice API: cost, in currency in the dashboard''s window';
COMMENT ON COLUMN vobiz.dashboard_snapshots.period_from IS
  'start of the window the figures cover, as the provider wrote it';
COMMENT ON COLUMN vobiz.dashboard_snapshots.period_to IS
  'end of the window the figures cover, as the provider wrote it';
COMMENT ON COLUMN vobiz.dashboard_snapshots.extra IS
  'members of the API''s row that no column names yet, secrets removed; null when none';
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
COMMENT ON TABLE vobiz.dashboard_daily IS
  'the dashboard''s time series, one row a day; costs in the currency of dashboard_snapshots';
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
COMMENT ON COLUMN vobiz.dashboard_daily.extra IS
  'members of the API''s row that no column names yet, secrets removed; null when none';
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
COMMENT ON COLUMN vobiz.analytics_daily.extra IS
  'members of the API''s row that no column names yet, secrets removed; null when none';
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
COMMENT ON TABLE vobiz.analytics_top_customers IS
  'the provider''s list of the day''s largest customers (first API generation); cost in the currency of '
  'analytics_daily';
COMMENT ON COLUMN vobiz.analytics_top_customers.partner_id IS
  'auth_id of the partner (reseller) this row was mirrored for';
COMMENT ON COLUMN vobiz.analytics_top_customers.day IS 'the UTC day that was asked for';
COMMENT ON COLUMN vobiz.analytics_top_customers.auth_id IS 'the customer';
COMMENT ON COLUMN vobiz.analytics_top_customers.name IS 'the customer''s name in the list';
COMMENT ON COLUMN vobiz.analytics_top_customers.calls IS 'the customer''s calls';
COMMENT ON COLUMN vobiz.analytics_top_customers.cost IS
  'the customer''s cost, in the currency of the day''s row in analytics_daily';
COMMENT ON COLUMN vobiz.analytics_top_customers.extra IS
  'members of the API''s row that no column names yet, secrets removed; null when none';
COMMENT ON COLUMN vobiz.analytics_top_customers.first_seen_at IS 'when the mirror first stored this row';
COMMENT ON COLUMN vobiz.analytics_top_customers.changed_at IS 'when the mirror last changed this row';
