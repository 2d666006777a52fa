-- What minutes cost the partner, what is a reason for an alert, and the alerts.
CREATE TABLE vobiz.wholesale_rates (
  partner_id      text NOT NULL,
  prefix          text NOT NULL CHECK (prefix ~ '^[0-9]{0,15}$'),
  call_direction  text NOT NULL CHECK (call_direction IN ('inbound', 'outbound')),
  currency        text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  rate_per_minute numeric NOT NULL CHECK (rate_per_minute >= 0 AND rate_per_minute < 1000000),
  pulse           integer NOT NULL CHECK (pulse BETWEEN 1 AND 3600),
  valid_from      date NOT NULL CHECK (isfinite(valid_from)),
  valid_to        date CHECK (isfinite(valid_to) AND valid_to >= valid_from),
  PRIMARY KEY (partner_id, call_direction, currency, prefix, valid_from)
);
COMMENT ON TABLE vobiz.wholesale_rates IS
  'what the partner pays for a minute, by prefix of the called number: from vobiz-syncd import-rates or \copy. Of the '
  'rates of a call''s day, direction and currency the longest prefix holds, and of equal ones the latest valid_from';
COMMENT ON COLUMN vobiz.wholesale_rates.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz.wholesale_rates.prefix IS
  'first digits of the called number, without "+" or "00"; empty: every number that has no other rate';
COMMENT ON COLUMN vobiz.wholesale_rates.call_direction IS 'inbound or outbound';
COMMENT ON COLUMN vobiz.wholesale_rates.currency IS 'ISO 4217 code of the rate; it holds for calls of this currency';
COMMENT ON COLUMN vobiz.wholesale_rates.rate_per_minute IS 'price of a minute of voice, in currency';
COMMENT ON COLUMN vobiz.wholesale_rates.pulse IS 'seconds that are counted at once: a begun pulse is paid whole';
COMMENT ON COLUMN vobiz.wholesale_rates.valid_from IS 'first billing day, in settings.timezone';
COMMENT ON COLUMN vobiz.wholesale_rates.valid_to IS 'last billing day, in settings.timezone; null: no end is known';

CREATE TABLE vobiz.alert_thresholds (
  kind       text NOT NULL CHECK (kind IN ('spend', 'calls_per_minute', 'duration', 'concurrent_calls',
    'premium_calls', 'low_wallet', 'renewal_not_covered')),
  account_id text NOT NULL DEFAULT '*',
  currency   text NOT NULL DEFAULT '*',
  is_on      boolean NOT NULL DEFAULT true,
  at_least   numeric CHECK (at_least >= 0),
  times      numeric CHECK (times >= 0),
  PRIMARY KEY (kind, account_id, currency)
);
COMMENT ON TABLE vobiz.alert_thresholds IS
  'what is a reason for an alert, to be edited: people may insert and update rows, the service only reads them. The '
  'row of a customer comes before the one of all, and of these the row of the currency';
COMMENT ON COLUMN vobiz.alert_thresholds.kind IS
  'what is judged, see docs/dashboards.md. The first five are of the last hour of a customer''s calls';
COMMENT ON COLUMN vobiz.alert_thresholds.account_id IS 'auth_id of the customer; *: all that have no row of their own';
COMMENT ON COLUMN vobiz.alert_thresholds.currency IS
  'ISO 4217 code of at_least; *: all that have no row of their own, and kinds that are not about money';
COMMENT ON COLUMN vobiz.alert_thresholds.is_on IS 'false: no alert of this kind';
COMMENT ON COLUMN vobiz.alert_thresholds.at_least IS
  'smaller values are no alert: currency, calls a minute, minutes, calls, calls; of low_wallet the days that a wallet '
  'has to last (null: settings.low_balance_days), of renewal_not_covered the days ahead that rentals are looked at; '
  'null: no limit';
COMMENT ON COLUMN vobiz.alert_thresholds.times IS
  'how many times the usual a value has to reach, which is the highest of the same hours of the last 28 days; '
  'null: at_least alone decides';
INSERT INTO vobiz.alert_thresholds (kind, account_id, currency, at_least, times) VALUES
  ('spend', '*', '*', 20, 3),
  ('spend', '*', 'INR', 1000, 3),
  ('calls_per_minute', '*', '*', 20, 3),
  ('duration', '*', '*', 600, 3),
  ('concurrent_calls', '*', '*', 20, 2),
  ('premium_calls', '*', '*', 3, 2),
  ('low_wallet', '*', '*', NULL, NULL),
  ('renewal_not_covered', '*', '*', 3, NULL);

CREATE TABLE vobiz.premium_prefixes (
  prefix      text PRIMARY KEY CHECK (prefix ~ '^[0-9]{1,15}$'),
  description text NOT NULL
);
COMMENT ON TABLE vobiz.premium_prefixes IS
  'numbers that are dear, or paid to whoever is called, by their first digits; to be edited by hand (premium_calls)';
COMMENT ON COLUMN vobiz.premium_prefixes.prefix IS 'first digits of the called number, without "+" or "00"';
COMMENT ON COLUMN vobiz.premium_prefixes.description IS 'whose numbers these are';
INSERT INTO vobiz.premium_prefixes VALUES
  ('870', 'Inmarsat, satellite'),
  ('881', 'global mobile satellite systems'),
  ('882', 'international networks'),
  ('883', 'international networks'),
  ('979', 'international premium rate service'),
  ('1900', 'premium rate of North America'),
  ('449', 'premium rate of the United Kingdom');

CREATE TABLE vobiz.alerts (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  partner_id    text NOT NULL,
  account_id    text NOT NULL,
  kind          text NOT NULL,
  currency      text NOT NULL,
  value         numeric NOT NULL,
  threshold     numeric NOT NULL,
  usual         numeric,
  first_seen_at timestamptz NOT NULL DEFAULT now(),
  last_seen_at  timestamptz NOT NULL DEFAULT now(),
  ended_at      timestamptz
);
COMMENT ON TABLE vobiz.alerts IS
  'what is out of the ordinary or will soon be, by customer; kept by the service, which writes only what differs: read '
  'vobiz_bi.alerts';
COMMENT ON COLUMN vobiz.alerts.id IS 'running number';
COMMENT ON COLUMN vobiz.alerts.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz.alerts.account_id IS 'auth_id of the customer';
COMMENT ON COLUMN vobiz.alerts.kind IS 'as in alert_thresholds';
COMMENT ON COLUMN vobiz.alerts.currency IS 'ISO 4217 code of the amounts; * for kinds that are not about money';
COMMENT ON COLUMN vobiz.alerts.value IS 'what it was when last seen, in currency or in the unit of its kind';
COMMENT ON COLUMN vobiz.alerts.threshold IS 'the limit that it is beyond, in the unit of value';
COMMENT ON COLUMN vobiz.alerts.usual IS
  'the highest of the same hours of the last 28 days; of low_wallet the average daily debit; null: not compared';
COMMENT ON COLUMN vobiz.alerts.first_seen_at IS 'when it was first found';
COMMENT ON COLUMN vobiz.alerts.last_seen_at IS 'when it was first found with these figures';
COMMENT ON COLUMN vobiz.alerts.ended_at IS 'when it was no longer found; null: it stands';
CREATE UNIQUE INDEX alerts_standing ON vobiz.alerts (partner_id, account_id, kind, currency) WHERE ended_at IS NULL;
