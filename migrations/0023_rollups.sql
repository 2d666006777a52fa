-- replaces: 1-17 ef3d4c7423f7a39848b2b272dd8a962ff45043eb9c5688305dc40bc427534c3b
-- Sums and counts of calls and ledger by 15 minutes and by billing day, kept in the transaction that changes the rows.

-- The one setting the database itself has to know: where a billing day begins. `migrate`, `sync` and `run`
-- take it from reconcile.timezone while there are no rollups; later only `rebuild-rollups` changes it.
CREATE TABLE vobiz.settings (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  -- AT TIME ZONE refuses what is no zone, in the server's words.
  timezone text NOT NULL DEFAULT 'Asia/Kolkata' CHECK (timestamptz 'epoch' AT TIME ZONE timezone IS NOT NULL),
  settle   interval NOT NULL DEFAULT interval '6 hours' CHECK (settle >= interval '0'),
  low_balance_days numeric NOT NULL DEFAULT 3 CHECK (low_balance_days >= 0)
);
COMMENT ON TABLE vobiz.settings IS 'one row: what all views agree on';
COMMENT ON COLUMN vobiz.settings.only_row IS 'always true: there is one row';
COMMENT ON COLUMN vobiz.settings.timezone IS
  'time zone of billing days and months; changed by: vobiz-syncd rebuild-rollups';
COMMENT ON COLUMN vobiz.settings.settle IS
  'how long after its end a day or month may still change; from reconcile.settle';
COMMENT ON COLUMN vobiz.settings.low_balance_days IS
  'a prepaid wallet that lasts for fewer days is low; to be edited by hand';
INSERT INTO vobiz.settings DEFAULT VALUES;
REVOKE INSERT, DELETE ON vobiz.settings FROM vobiz_writer;
-- One row for ever, which nothing else would tell the planner.
ANALYZE vobiz.settings;

-- What quarters of an hour and days have alike: copied into both, and gone after them.
CREATE TABLE vobiz_sync.call_measures (
  attempts             bigint NOT NULL,
  answered             bigint NOT NULL,
  short_calls          bigint NOT NULL,
  billsec              bigint NOT NULL,
  duration             bigint NOT NULL,
  cost                 numeric NOT NULL,
  streaming_cost       numeric NOT NULL,
  total_cost           numeric NOT NULL,
  answer_delay_seconds numeric NOT NULL,
  answer_delay_calls   bigint NOT NULL,
  mos_sum              numeric NOT NULL,
  mos_calls            bigint NOT NULL,
  poor_calls           bigint NOT NULL,
  jitter_sum           numeric NOT NULL,
  jitter_calls         bigint NOT NULL,
  packet_loss_sum      numeric NOT NULL,
  packet_loss_calls    bigint NOT NULL
);
COMMENT ON COLUMN vobiz_sync.call_measures.attempts IS 'calls by their start_time';
COMMENT ON COLUMN vobiz_sync.call_measures.answered IS 'of these, with billsec above 0';
COMMENT ON COLUMN vobiz_sync.call_measures.short_calls IS 'answered and 6 seconds or shorter';
COMMENT ON COLUMN vobiz_sync.call_measures.billsec IS 'billable seconds';
COMMENT ON COLUMN vobiz_sync.call_measures.duration IS 'seconds of ring and talk';
COMMENT ON COLUMN vobiz_sync.call_measures.cost IS 'sum of cost, in currency';
COMMENT ON COLUMN vobiz_sync.call_measures.streaming_cost IS 'sum of streaming_cost, in currency';
COMMENT ON COLUMN vobiz_sync.call_measures.total_cost IS 'sum of total_cost, in currency';
COMMENT ON COLUMN vobiz_sync.call_measures.answer_delay_seconds IS 'sum of answer_time - start_time of answered calls';
COMMENT ON COLUMN vobiz_sync.call_measures.answer_delay_calls IS 'answered calls that have an answer_time';
COMMENT ON COLUMN vobiz_sync.call_measures.mos_sum IS 'sum of MOS values; below 1 means not measured';
COMMENT ON COLUMN vobiz_sync.call_measures.mos_calls IS 'calls with a measured MOS';
COMMENT ON COLUMN vobiz_sync.call_measures.poor_calls IS 'of these, with a MOS below 3.6';
COMMENT ON COLUMN vobiz_sync.call_measures.jitter_sum IS 'milliseconds, summed over jitter_calls';
COMMENT ON COLUMN vobiz_sync.call_measures.jitter_calls IS 'calls with measured media that state a jitter';
COMMENT ON COLUMN vobiz_sync.call_measures.packet_loss_sum IS 'percent, summed over packet_loss_calls';
COMMENT ON COLUMN vobiz_sync.call_measures.packet_loss_calls IS 'calls with measured media that state a packet loss';

CREATE TABLE vobiz_sync.ledger_measures (
  entries         bigint NOT NULL,
  amount          numeric NOT NULL,
  credit          numeric NOT NULL,
  debit           numeric NOT NULL,
  first_seen_from timestamptz NOT NULL,
  first_seen_to   timestamptz NOT NULL
);
COMMENT ON COLUMN vobiz_sync.ledger_measures.entries IS 'ledger entries';
COMMENT ON COLUMN vobiz_sync.ledger_measures.amount IS 'sum of the positive amounts, in currency';
COMMENT ON COLUMN vobiz_sync.ledger_measures.credit IS 'of these, what came into the wallet';
COMMENT ON COLUMN vobiz_sync.ledger_measures.debit IS 'of these, what left the wallet';
COMMENT ON COLUMN vobiz_sync.ledger_measures.first_seen_from IS
  'when the mirror first saw the earliest seen of the entries';
COMMENT ON COLUMN vobiz_sync.ledger_measures.first_seen_to IS
  'when the mirror first saw the latest seen of the entries';

-- Keys hold an empty text where the rows have NULL, since a key cannot be NULL.
CREATE TABLE vobiz.usage_buckets (
  partner_id           text NOT NULL,
  account_id           text NOT NULL,
  bucket_start         timestamptz NOT NULL,
  call_direction       text NOT NULL,
  context              text NOT NULL,
  currency             text NOT NULL,
  hour                 timestamptz NOT NULL,
  LIKE vobiz_sync.call_measures INCLUDING COMMENTS,
  PRIMARY KEY (account_id, bucket_start, call_direction, context, currency, partner_id)
);
COMMENT ON TABLE vobiz.usage_buckets IS
  'calls by customer and 15 minutes: sums and counts, ratios are made where they are shown';
COMMENT ON COLUMN vobiz.usage_buckets.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz.usage_buckets.account_id IS 'auth_id of the customer';
COMMENT ON COLUMN vobiz.usage_buckets.bucket_start IS 'start of the 15 minutes';
COMMENT ON COLUMN vobiz.usage_buckets.call_direction IS 'inbound or outbound; empty where the calls state none';
COMMENT ON COLUMN vobiz.usage_buckets.context IS 'the product; empty where the calls state none';
COMMENT ON COLUMN vobiz.usage_buckets.currency IS 'ISO 4217 code of the costs; empty where the calls state none';
COMMENT ON COLUMN vobiz.usage_buckets.hour IS 'start of the hour, on the clock of settings.timezone';
CREATE INDEX usage_buckets_hour ON vobiz.usage_buckets (hour);

CREATE TABLE vobiz_sync.usage_days (
  partner_id           text NOT NULL,
  account_id           text NOT NULL,
  day                  date NOT NULL,
  call_direction       text NOT NULL,
  context              text NOT NULL,
  currency             text NOT NULL,
  LIKE vobiz_sync.call_measures INCLUDING COMMENTS,
  PRIMARY KEY (account_id, day, call_direction, context, currency, partner_id)
);
COMMENT ON TABLE vobiz_sync.usage_days IS
  'usage_buckets added up by billing day; without what rollup_marks marks: ask vobiz.usage_days';
COMMENT ON COLUMN vobiz_sync.usage_days.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_sync.usage_days.account_id IS 'auth_id of the customer';
COMMENT ON COLUMN vobiz_sync.usage_days.day IS 'billing day, see settings.timezone';
COMMENT ON COLUMN vobiz_sync.usage_days.call_direction IS 'inbound or outbound; empty where the calls state none';
COMMENT ON COLUMN vobiz_sync.usage_days.context IS 'the product; empty where the calls state none';
COMMENT ON COLUMN vobiz_sync.usage_days.currency IS 'ISO 4217 code of the costs; empty where the calls state none';
CREATE INDEX usage_days_day ON vobiz_sync.usage_days (day);

CREATE TABLE vobiz.hangup_buckets (
  partner_id     text NOT NULL,
  account_id     text NOT NULL,
  bucket_start   timestamptz NOT NULL,
  call_direction text NOT NULL,
  hangup_cause   text NOT NULL,
  attempts       bigint NOT NULL,
  answered       bigint NOT NULL,
  PRIMARY KEY (account_id, bucket_start, call_direction, hangup_cause, partner_id)
);
COMMENT ON TABLE vobiz.hangup_buckets IS 'how calls ended, by customer and 15 minutes';
COMMENT ON COLUMN vobiz.hangup_buckets.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz.hangup_buckets.account_id IS 'auth_id of the customer';
COMMENT ON COLUMN vobiz.hangup_buckets.bucket_start IS 'start of the 15 minutes';
COMMENT ON COLUMN vobiz.hangup_buckets.call_direction IS 'inbound or outbound; empty where the calls state none';
COMMENT ON COLUMN vobiz.hangup_buckets.hangup_cause IS 'cause of the calls'' end; empty where the calls state none';
COMMENT ON COLUMN vobiz.hangup_buckets.attempts IS 'calls that ended so';
COMMENT ON COLUMN vobiz.hangup_buckets.answered IS 'of these, with billsec above 0';

CREATE TABLE vobiz_sync.hangup_days (
  partner_id     text NOT NULL,
  account_id     text NOT NULL,
  day            date NOT NULL,
  call_direction text NOT NULL,
  hangup_cause   text NOT NULL,
  attempts       bigint NOT NULL,
  answered       bigint NOT NULL,
  PRIMARY KEY (account_id, day, call_direction, hangup_cause, partner_id)
);
COMMENT ON TABLE vobiz_sync.hangup_days IS
  'hangup_buckets added up by billing day; without what rollup_marks marks: ask vobiz.hangup_days';
COMMENT ON COLUMN vobiz_sync.hangup_days.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_sync.hangup_days.account_id IS 'auth_id of the customer';
COMMENT ON COLUMN vobiz_sync.hangup_days.day IS 'billing day, see settings.timezone';
COMMENT ON COLUMN vobiz_sync.hangup_days.call_direction IS 'inbound or outbound; empty where the calls state none';
COMMENT ON COLUMN vobiz_sync.hangup_days.hangup_cause IS 'cause of the calls'' end; empty where the calls state none';
COMMENT ON COLUMN vobiz_sync.hangup_days.attempts IS 'calls that ended so';
COMMENT ON COLUMN vobiz_sync.hangup_days.answered IS 'of these, with billsec above 0';
CREATE INDEX hangup_days_day ON vobiz_sync.hangup_days (day);

CREATE TABLE vobiz.ledger_buckets (
  partner_id      text NOT NULL,
  account_id      text NOT NULL,
  bucket_start    timestamptz NOT NULL,
  currency        text NOT NULL,
  type            text NOT NULL,
  reference_type  text NOT NULL,
  status          text NOT NULL,
  LIKE vobiz_sync.ledger_measures INCLUDING COMMENTS,
  PRIMARY KEY (account_id, bucket_start, currency, type, reference_type, status, partner_id)
);
COMMENT ON TABLE vobiz.ledger_buckets IS 'ledger entries by customer and 15 minutes of vobiz_sync.entry_time';
COMMENT ON COLUMN vobiz.ledger_buckets.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz.ledger_buckets.account_id IS 'auth_id of the customer';
COMMENT ON COLUMN vobiz.ledger_buckets.bucket_start IS 'start of the 15 minutes';
COMMENT ON COLUMN vobiz.ledger_buckets.currency IS 'ISO 4217 code; empty where the entries state none';
COMMENT ON COLUMN vobiz.ledger_buckets.type IS 'type of the entries; vobiz.is_credit() gives the sign';
COMMENT ON COLUMN vobiz.ledger_buckets.reference_type IS 'what they are for; empty where they do not say';
COMMENT ON COLUMN vobiz.ledger_buckets.status IS
  'completed, pending, …; only completed moves a wallet; empty where they do not say';

CREATE TABLE vobiz_sync.ledger_days (
  partner_id      text NOT NULL,
  account_id      text NOT NULL,
  day             date NOT NULL,
  currency        text NOT NULL,
  type            text NOT NULL,
  reference_type  text NOT NULL,
  status          text NOT NULL,
  LIKE vobiz_sync.ledger_measures INCLUDING COMMENTS,
  PRIMARY KEY (account_id, day, currency, type, reference_type, status, partner_id)
);
COMMENT ON TABLE vobiz_sync.ledger_days IS
  'ledger_buckets added up by billing day; without what rollup_marks marks: ask vobiz.ledger_days';
COMMENT ON COLUMN vobiz_sync.ledger_days.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_sync.ledger_days.account_id IS 'auth_id of the customer';
COMMENT ON COLUMN vobiz_sync.ledger_days.day IS 'billing day, see settings.timezone';
COMMENT ON COLUMN vobiz_sync.ledger_days.currency IS 'ISO 4217 code; empty where the entries state none';
COMMENT ON COLUMN vobiz_sync.ledger_days.type IS 'type of the entries; vobiz.is_credit() gives the sign';
COMMENT ON COLUMN vobiz_sync.ledger_days.reference_type IS 'what they are for; empty where they do not say';
COMMENT ON COLUMN vobiz_sync.ledger_days.status IS
  'completed, pending, …; only completed moves a wallet; empty where they do not say';
CREATE INDEX ledger_days_day ON vobiz_sync.ledger_days (day);

DROP TABLE vobiz_sync.call_measures, vobiz_sync.ledger_measures;

-- Stored and marked as the days are: a mark of any customer's calls on a day is a mark of its hours.
CREATE TABLE vobiz_sync.usage_hours (
  partner_id     text NOT NULL,
  day            date NOT NULL,
  hour           timestamptz NOT NULL,
  call_direction text NOT NULL,
  currency       text NOT NULL,
  attempts       bigint NOT NULL,
  answered       bigint NOT NULL,
  billsec        bigint NOT NULL,
  total_cost     numeric NOT NULL,
  PRIMARY KEY (day, hour, call_direction, currency, partner_id)
);
COMMENT ON TABLE vobiz_sync.usage_hours IS
  'usage_buckets of all customers of a partner added up by hour; without the days that rollup_marks marks: ask '
  'vobiz.usage_hours';
COMMENT ON COLUMN vobiz_sync.usage_hours.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_sync.usage_hours.day IS 'billing day, see settings.timezone';
COMMENT ON COLUMN vobiz_sync.usage_hours.hour IS 'start of the hour, on the clock of settings.timezone';
COMMENT ON COLUMN vobiz_sync.usage_hours.call_direction IS 'inbound or outbound; empty where the calls state none';
COMMENT ON COLUMN vobiz_sync.usage_hours.currency IS 'ISO 4217 code of the costs; empty where the calls state none';
COMMENT ON COLUMN vobiz_sync.usage_hours.attempts IS 'calls by their start_time';
COMMENT ON COLUMN vobiz_sync.usage_hours.answered IS 'of these, with billsec above 0';
COMMENT ON COLUMN vobiz_sync.usage_hours.billsec IS 'billable seconds';
COMMENT ON COLUMN vobiz_sync.usage_hours.total_cost IS 'sum of total_cost, in currency';

-- Days are made of many buckets and peaks of all calls of a day, so these are not made anew for each row that
-- comes. What is touched gets a mark in the same transaction; the views in schema vobiz take stored days
-- where there is no mark and make the marked ones when somebody looks, so that they are exact at any time.
-- The end of a cycle stores the marked days.
CREATE TABLE vobiz_sync.rollup_marks (
  partner_id text NOT NULL,
  day        date NOT NULL,
  rollup     text NOT NULL CHECK (rollup IN ('calls', 'ledger', 'concurrency')),
  account_id text NOT NULL,
  PRIMARY KEY (partner_id, day, rollup, account_id)
);
COMMENT ON TABLE vobiz_sync.rollup_marks IS 'stored days that are no longer what their rows add up to';
COMMENT ON COLUMN vobiz_sync.rollup_marks.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_sync.rollup_marks.day IS 'billing day';
COMMENT ON COLUMN vobiz_sync.rollup_marks.rollup IS
  'calls: usage_days and hangup_days; ledger: ledger_days; concurrency: concurrency_days';
COMMENT ON COLUMN vobiz_sync.rollup_marks.account_id IS
  'auth_id of the customer; * for a concurrency day, which is made for all of them at once';

CREATE TABLE vobiz_sync.concurrency_days (
  partner_id text NOT NULL,
  account_id text NOT NULL,
  day        date NOT NULL,
  peak_calls bigint NOT NULL,
  peak_at    timestamptz NOT NULL,
  PRIMARY KEY (partner_id, day, account_id)
);
COMMENT ON TABLE vobiz_sync.concurrency_days IS
  'most calls at the same time, by billing day; without what rollup_marks marks: ask vobiz.concurrency_days';
COMMENT ON COLUMN vobiz_sync.concurrency_days.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_sync.concurrency_days.account_id IS
  'auth_id of the customer; * for all customers of the partner together';
COMMENT ON COLUMN vobiz_sync.concurrency_days.day IS 'billing day, see settings.timezone';
COMMENT ON COLUMN vobiz_sync.concurrency_days.peak_calls IS 'most calls in progress at the same time';
COMMENT ON COLUMN vobiz_sync.concurrency_days.peak_at IS 'when there were that many for the first time';

-- The rows of an hour go when one of its calls changes; an hour that was swept has a row for all customers at least.
-- Hours are facts about calls, whatever zone days are in.
CREATE TABLE vobiz_sync.concurrency_hours (
  partner_id text NOT NULL,
  account_id text NOT NULL,
  hour       timestamptz NOT NULL,
  peak_calls bigint NOT NULL,
  peak_at    timestamptz NOT NULL,
  PRIMARY KEY (partner_id, hour, account_id)
);
COMMENT ON TABLE vobiz_sync.concurrency_hours IS
  'most calls at the same time, by hours of today and yesterday that have been swept: ask vobiz.concurrency_days';
COMMENT ON COLUMN vobiz_sync.concurrency_hours.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_sync.concurrency_hours.account_id IS
  'auth_id of the customer; * for all customers of the partner together';
COMMENT ON COLUMN vobiz_sync.concurrency_hours.hour IS
  'start of the hour, a whole number of hours after a billing day began';
COMMENT ON COLUMN vobiz_sync.concurrency_hours.peak_calls IS 'most calls in progress at the same time';
COMMENT ON COLUMN vobiz_sync.concurrency_hours.peak_at IS 'when there were that many for the first time';

-- How calls end, in FreeSWITCH's words, and what an end says of the network. The network effectiveness ratio
-- counts a call that the called side answered, did not answer or refused: the network did its part.
CREATE TABLE vobiz.hangup_causes (
  hangup_cause   text PRIMARY KEY,
  class          text NOT NULL
    CHECK (class IN ('answered', 'busy', 'no answer', 'rejected', 'cancelled', 'number', 'network', 'service')),
  counts_for_ner boolean NOT NULL,
  description    text NOT NULL
);
COMMENT ON TABLE vobiz.hangup_causes IS
  'causes of a call''s end, to be edited by hand; a cause that is not here shows as class unknown';
COMMENT ON COLUMN vobiz.hangup_causes.hangup_cause IS 'the cause as the calls state it';
COMMENT ON COLUMN vobiz.hangup_causes.class IS 'kind of end';
COMMENT ON COLUMN vobiz.hangup_causes.counts_for_ner IS
  'whether an unanswered call that ended so counts as the network''s success (busy, no answer, rejected by the '
  'user); answered calls always do';
COMMENT ON COLUMN vobiz.hangup_causes.description IS 'what it means';
INSERT INTO vobiz.hangup_causes VALUES
  ('NORMAL_CLEARING', 'answered', false, 'one side hung up; without an answer, the caller gave up'),
  ('NORMAL_UNSPECIFIED', 'answered', false, 'ended normally, no reason given'),
  ('USER_BUSY', 'busy', true, 'the called line is busy'),
  ('NO_ANSWER', 'no answer', true, 'rang and nobody answered'),
  ('NO_USER_RESPONSE', 'no answer', true, 'the called device did not respond'),
  ('SUBSCRIBER_ABSENT', 'no answer', true, 'the called device is switched off or out of reach'),
  ('ALLOTTED_TIMEOUT', 'no answer', true, 'the time to ring ran out'),
  ('CALL_REJECTED', 'rejected', true, 'the called side refused the call'),
  ('ORIGINATOR_CANCEL', 'cancelled', false, 'the caller hung up before an answer'),
  ('LOSE_RACE', 'cancelled', false, 'another device answered first'),
  ('PICKED_OFF', 'cancelled', false, 'another device picked the call up'),
  ('UNALLOCATED_NUMBER', 'number', false, 'the number is not in use'),
  ('INVALID_NUMBER_FORMAT', 'number', false, 'the number is incomplete or malformed'),
  ('NUMBER_CHANGED', 'number', false, 'the number has changed'),
  ('NO_ROUTE_DESTINATION', 'number', false, 'no route to the number'),
  ('NO_ROUTE_TRANSIT_NET', 'network', false, 'no route through the transit network'),
  ('DESTINATION_OUT_OF_ORDER', 'network', false, 'the destination cannot be reached'),
  ('NETWORK_OUT_OF_ORDER', 'network', false, 'a network on the way fails'),
  ('NORMAL_TEMPORARY_FAILURE', 'network', false, 'a temporary failure on the way'),
  ('NORMAL_CIRCUIT_CONGESTION', 'network', false, 'no free circuit'),
  ('SWITCH_CONGESTION', 'network', false, 'a switch is overloaded'),
  ('REQUESTED_CHAN_UNAVAIL', 'network', false, 'the channel asked for is not available'),
  ('GATEWAY_DOWN', 'network', false, 'the gateway is down'),
  ('RECOVERY_ON_TIMER_EXPIRE', 'network', false, 'a signalling timer expired'),
  ('MEDIA_TIMEOUT', 'network', false, 'no media arrived for too long'),
  ('INTERWORKING', 'network', false, 'a foreign network gave no cause'),
  ('PROTOCOL_ERROR', 'network', false, 'a message broke the protocol'),
  ('MANDATORY_IE_MISSING', 'network', false, 'a message lacked a mandatory element'),
  ('INCOMPATIBLE_DESTINATION', 'service', false, 'no codec or capability in common'),
  ('BEARERCAPABILITY_NOTAUTH', 'service', false, 'the kind of call is not allowed'),
  ('BEARERCAPABILITY_NOTAVAIL', 'service', false, 'the kind of call is not available'),
  ('FACILITY_REJECTED', 'service', false, 'a facility was refused'),
  ('FACILITY_NOT_SUBSCRIBED', 'service', false, 'a facility is not subscribed'),
  ('OUTGOING_CALL_BARRED', 'service', false, 'outgoing calls are barred'),
  ('INCOMING_CALL_BARRED', 'service', false, 'incoming calls are barred'),
  ('SERVICE_UNAVAILABLE', 'service', false, 'the service is not available'),
  ('SERVICE_NOT_IMPLEMENTED', 'service', false, 'the service does not exist'),
  ('EXCHANGE_ROUTING_ERROR', 'network', false, 'the call was routed in error'),
  ('MANAGER_REQUEST', 'service', false, 'ended by an operator or a program'),
  ('SYSTEM_SHUTDOWN', 'service', false, 'the switch was shut down'),
  ('CRASH', 'service', false, 'the switch failed');
