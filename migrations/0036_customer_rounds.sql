-- Where the API has lists of one customer only: who was asked when, and what the provider's dashboard says of all.
CREATE TABLE vobiz_sync.customer_looks (
  partner_id text NOT NULL,
  stream     text NOT NULL,
  scope      text NOT NULL,
  looked_at  timestamptz NOT NULL,
  found_at   timestamptz,
  PRIMARY KEY (partner_id, stream, scope)
);
COMMENT ON TABLE vobiz_sync.customer_looks IS
  'when each customer''s list was last asked for what is new; empty where the API has lists of all customers';
COMMENT ON COLUMN vobiz_sync.customer_looks.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_sync.customer_looks.stream IS 'name of the stream';
COMMENT ON COLUMN vobiz_sync.customer_looks.scope IS 'auth_id of the customer';
COMMENT ON COLUMN vobiz_sync.customer_looks.looked_at IS 'when the last look began that got an answer';
COMMENT ON COLUMN vobiz_sync.customer_looks.found_at IS
  'when the last look began that found rows new or changed; null: none has';

CREATE TABLE vobiz_sync.witness_days (
  partner_id  text NOT NULL,
  stream      text NOT NULL,
  day         date NOT NULL,
  agrees      boolean NOT NULL,
  rows        bigint,
  sum         numeric,
  own_rows    bigint NOT NULL,
  own_sum     numeric NOT NULL,
  judged_at   timestamptz NOT NULL,
  searched_at timestamptz,
  PRIMARY KEY (partner_id, stream, day)
);
COMMENT ON TABLE vobiz_sync.witness_days IS
  'closed days by the provider''s dashboard against the sum of the customers'' own lists';
COMMENT ON COLUMN vobiz_sync.witness_days.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_sync.witness_days.stream IS 'name of the stream whose rows are compared';
COMMENT ON COLUMN vobiz_sync.witness_days.day IS 'day of the dashboard''s time series';
COMMENT ON COLUMN vobiz_sync.witness_days.agrees IS 'whether both figures are equal';
COMMENT ON COLUMN vobiz_sync.witness_days.rows IS 'rows by the dashboard; null: it does not name the day';
COMMENT ON COLUMN vobiz_sync.witness_days.sum IS 'money by the dashboard, in its currency';
COMMENT ON COLUMN vobiz_sync.witness_days.own_rows IS 'rows stored of all customers';
COMMENT ON COLUMN vobiz_sync.witness_days.own_sum IS 'money of the rows stored of all customers';
COMMENT ON COLUMN vobiz_sync.witness_days.judged_at IS 'when these figures were first compared';
COMMENT ON COLUMN vobiz_sync.witness_days.searched_at IS
  'when the customers'' lists were last searched for the difference; null: never, or it agrees';

CREATE TABLE vobiz_sync.witnesses (
  partner_id     text NOT NULL,
  stream         text NOT NULL,
  vouches        boolean NOT NULL,
  counts_by      text CHECK (counts_by IN ('utc', 'billing')),
  reason         text NOT NULL,
  since          timestamptz NOT NULL,
  open_agreed_at timestamptz,
  search_at      timestamptz,
  PRIMARY KEY (partner_id, stream)
);
COMMENT ON TABLE vobiz_sync.witnesses IS
  'whether the provider''s dashboard stands for asking each customer again, by partner and stream';
COMMENT ON COLUMN vobiz_sync.witnesses.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_sync.witnesses.stream IS 'name of the stream whose rows are compared';
COMMENT ON COLUMN vobiz_sync.witnesses.vouches IS
  'true: it has agreed with the customers'' own lists on each of the last 7 closed days';
COMMENT ON COLUMN vobiz_sync.witnesses.counts_by IS
  'which days it counts by: utc, or billing (settings.timezone); null: not known yet';
COMMENT ON COLUMN vobiz_sync.witnesses.reason IS 'why it vouches or not, for people';
COMMENT ON COLUMN vobiz_sync.witnesses.since IS 'when it last began or ceased to vouch';
COMMENT ON COLUMN vobiz_sync.witnesses.open_agreed_at IS
  'when its figures of the days still open were last equal to what was stored: nobody had calls unseen then';
COMMENT ON COLUMN vobiz_sync.witnesses.search_at IS
  'when the search for calls began that it counts and no list of a customer has shown; null: none is missing';

-- What all customers hold of a day.
CREATE INDEX windows_day ON vobiz_sync.windows (partner_id, stream, day);
