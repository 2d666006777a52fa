-- What minutes cost the partner.
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
