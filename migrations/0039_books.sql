-- What the books are judged by: the units of currencies, the prices of the past, the readings of the master wallet.
CREATE TABLE vobiz.currencies (
  currency       text PRIMARY KEY,
  minor_unit     numeric CHECK (minor_unit > 0),
  usage_cap      numeric CHECK (usage_cap >= 0),
  approval_above numeric CHECK (approval_above >= 0)
);
COMMENT ON TABLE vobiz.currencies IS
  'settings of a currency, to be edited: finance may insert and update rows, the service only reads them';
COMMENT ON COLUMN vobiz.currencies.currency IS 'ISO 4217 code';
COMMENT ON COLUMN vobiz.currencies.minor_unit IS
  'what amounts are counted in, instead of the smallest decimal seen (minor_units); null: the one seen';
COMMENT ON COLUMN vobiz.currencies.usage_cap IS
  'largest rounding difference of usage_day, per account and day; null: reconcile.usage_cap of the configuration';
COMMENT ON COLUMN vobiz.currencies.approval_above IS
  'adjustments and entries of no known kind above this amount wait for approval (manual_entries); null: all of them';
INSERT INTO vobiz.currencies (currency, usage_cap, approval_above) VALUES
  ('INR', NULL, 500), ('USD', 0.02, 10), ('EUR', 0.02, 10), ('GBP', 0.02, 10);

CREATE TABLE vobiz.minor_units (
  partner_id text NOT NULL,
  currency   text NOT NULL,
  unit       numeric NOT NULL CHECK (unit > 0),
  seen_at    timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (partner_id, currency)
);
COMMENT ON TABLE vobiz.minor_units IS
  'the smallest decimal ever seen in the ledger entries and call costs of a currency; it never becomes coarser';
COMMENT ON COLUMN vobiz.minor_units.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz.minor_units.currency IS 'ISO 4217 code';
COMMENT ON COLUMN vobiz.minor_units.unit IS 'one minor unit, e.g. 0.00001';
COMMENT ON COLUMN vobiz.minor_units.seen_at IS 'when an amount with as many decimals was first looked at';

ALTER TABLE vobiz.reconciliation_results ADD COLUMN minor_unit numeric;
COMMENT ON COLUMN vobiz.reconciliation_results.minor_unit IS
  'the currency''s minor unit when it was judged; null where no currency is compared';
ALTER TABLE vobiz.reconciliation_breaks ADD COLUMN minor_unit numeric;
COMMENT ON COLUMN vobiz.reconciliation_breaks.minor_unit IS
  'the currency''s minor unit when it was last found; null where no currency is compared';

CREATE TABLE vobiz.price_lists (
  partner_id                 text NOT NULL,
  tier_id                    text NOT NULL,
  seen_from                  timestamptz NOT NULL,
  seen_after                 timestamptz,
  currency                   text,
  rate_per_minute            numeric,
  streaming_rate_per_minute  numeric,
  charge_non_connected_calls boolean,
  non_connected_call_fee     numeric,
  PRIMARY KEY (tier_id, seen_from)
);
COMMENT ON TABLE vobiz.price_lists IS
  'history of the prices of vobiz.pricing_tiers: a row when they changed; kept by a trigger';
COMMENT ON COLUMN vobiz.price_lists.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz.price_lists.tier_id IS 'id of the price list';
COMMENT ON COLUMN vobiz.price_lists.seen_from IS
  'when the mirror saw these prices first, until the next row; -infinity in the first row';
COMMENT ON COLUMN vobiz.price_lists.seen_after IS
  'when the prices before were last read: the change lies between the two; null in the first row';
COMMENT ON COLUMN vobiz.price_lists.currency IS 'ISO 4217 code of the prices';
COMMENT ON COLUMN vobiz.price_lists.rate_per_minute IS 'price of a minute of voice, in currency';
COMMENT ON COLUMN vobiz.price_lists.streaming_rate_per_minute IS
  'price of a minute of media streaming, in currency';
COMMENT ON COLUMN vobiz.price_lists.charge_non_connected_calls IS 'whether unanswered calls cost a fee';
COMMENT ON COLUMN vobiz.price_lists.non_connected_call_fee IS 'the fee of an unanswered call, in currency';

CREATE TABLE vobiz.customer_terms (
  partner_id text NOT NULL,
  account_id text NOT NULL,
  seen_from  timestamptz NOT NULL,
  seen_after timestamptz,
  tier_id    text,
  is_active  boolean,
  PRIMARY KEY (account_id, seen_from)
);
COMMENT ON TABLE vobiz.customer_terms IS
  'history of the price list and the state of each customer: a row when one of them changed; kept by a trigger';
COMMENT ON COLUMN vobiz.customer_terms.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz.customer_terms.account_id IS 'auth_id of the customer';
COMMENT ON COLUMN vobiz.customer_terms.seen_from IS
  'when the mirror saw them first, until the next row; -infinity in the first row';
COMMENT ON COLUMN vobiz.customer_terms.seen_after IS
  'when those before were last read: the change lies between the two; null in the first row';
COMMENT ON COLUMN vobiz.customer_terms.tier_id IS 'id of the price list; null: the customer has none';
COMMENT ON COLUMN vobiz.customer_terms.is_active IS 'whether the customer was active; null: the API did not say';

-- Where prices have changed before this file, the ones from before the change are not known any more.
INSERT INTO vobiz.price_lists
  SELECT partner_id, id, CASE WHEN changed_at > first_seen_at THEN changed_at ELSE '-infinity' END, NULL, currency,
    rate_per_minute, streaming_rate_per_minute, charge_non_connected_calls, non_connected_call_fee
  FROM vobiz.pricing_tiers;
INSERT INTO vobiz.customer_terms
  SELECT partner_id, auth_id, '-infinity', NULL, pricing_tier_id, coalesce(is_active, lower(status) = 'active')
  FROM vobiz.accounts;

CREATE TABLE vobiz.partner_balances (
  partner_id  text NOT NULL,
  currency    text NOT NULL,
  captured_at timestamptz NOT NULL,
  balance     numeric NOT NULL,
  PRIMARY KEY (partner_id, currency, captured_at)
);
COMMENT ON TABLE vobiz.partner_balances IS
  'history of the partner''s master wallet: a row only when the balance changed; kept by a trigger on partners';
COMMENT ON COLUMN vobiz.partner_balances.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz.partner_balances.currency IS 'ISO 4217 code; XXX where the partner states none';
COMMENT ON COLUMN vobiz.partner_balances.captured_at IS 'when the mirror read this balance';
COMMENT ON COLUMN vobiz.partner_balances.balance IS
  'the master wallet from captured_at until the next row, in currency';
INSERT INTO vobiz.partner_balances
  SELECT auth_id, coalesce(currency, 'XXX'), changed_at, balance FROM vobiz.partners WHERE balance IS NOT NULL;

CREATE TABLE vobiz.partner_credits (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  partner_id text NOT NULL,
  booked_at  timestamptz NOT NULL,
  currency   text NOT NULL,
  amount     numeric NOT NULL,
  note       text NOT NULL CHECK (note <> ''),
  entered_by text NOT NULL DEFAULT session_user,
  entered_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE vobiz.partner_credits IS
  'what was paid into the master wallet, entered by hand: the API does not list it (master_roll)';
COMMENT ON COLUMN vobiz.partner_credits.id IS 'running number';
COMMENT ON COLUMN vobiz.partner_credits.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz.partner_credits.booked_at IS 'when the provider credited it';
COMMENT ON COLUMN vobiz.partner_credits.currency IS 'ISO 4217 code of amount';
COMMENT ON COLUMN vobiz.partner_credits.amount IS 'paid in, in currency; negative: taken out';
COMMENT ON COLUMN vobiz.partner_credits.note IS 'what it was, such as the number of the bank''s transfer';
COMMENT ON COLUMN vobiz.partner_credits.entered_by IS 'who entered it';
COMMENT ON COLUMN vobiz.partner_credits.entered_at IS 'when it was entered';

ALTER TABLE vobiz.settings ADD COLUMN transfer_settle interval NOT NULL DEFAULT '3 days'
  CHECK (transfer_settle >= interval '0');
COMMENT ON COLUMN vobiz.settings.transfer_settle IS
  'how long a transfer or top-up may be pending before it is a break (transfer_match)';
