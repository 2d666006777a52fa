-- Rollups: sums and counts of calls and ledger by 15 minutes and by billing day, kept in the transaction
-- that changes the rows (reconciliation.md, "Views").

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
COMMENT ON COLUMN vobiz.settings.timezone IS 'time zone of billing days and months; changed by: vobiz-syncd rebuild-rollups';
COMMENT ON COLUMN vobiz.settings.settle IS 'how long after its end a day or month may still change; from reconcile.settle';
COMMENT ON COLUMN vobiz.settings.low_balance_days IS 'a prepaid wallet that lasts for fewer days is low; to be edited by hand';
INSERT INTO vobiz.settings DEFAULT VALUES;
REVOKE INSERT, DELETE ON vobiz.settings FROM vobiz_writer;

CREATE FUNCTION vobiz.billing_day(at timestamptz) RETURNS date
  LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT (at AT TIME ZONE (SELECT timezone FROM vobiz.settings))::date $$;
COMMENT ON FUNCTION vobiz.billing_day(timestamptz) IS 'the billing day an instant belongs to';

CREATE FUNCTION vobiz.billing_day_start(day date) RETURNS timestamptz
  LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT day::timestamp AT TIME ZONE (SELECT timezone FROM vobiz.settings) $$;
COMMENT ON FUNCTION vobiz.billing_day_start(date) IS 'the instant a billing day begins; it ends where the next one begins';

-- Keys hold an empty text where the rows have NULL, since a key cannot be NULL.
CREATE TABLE vobiz.usage_buckets (
  partner_id           text NOT NULL,
  account_id           text NOT NULL,
  bucket_start         timestamptz NOT NULL,
  call_direction       text NOT NULL,
  context              text NOT NULL,
  currency             text NOT NULL,
  hour                 timestamptz NOT NULL,
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
  packet_loss_calls    bigint NOT NULL,
  PRIMARY KEY (account_id, bucket_start, call_direction, context, currency, partner_id)
);
COMMENT ON TABLE vobiz.usage_buckets IS 'calls by customer and 15 minutes: sums and counts, ratios are made where they are shown';
COMMENT ON COLUMN vobiz.usage_buckets.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz.usage_buckets.account_id IS 'auth_id of the customer';
COMMENT ON COLUMN vobiz.usage_buckets.bucket_start IS 'start of the 15 minutes';
COMMENT ON COLUMN vobiz.usage_buckets.call_direction IS 'inbound or outbound; empty where the calls state none';
COMMENT ON COLUMN vobiz.usage_buckets.context IS 'the product; empty where the calls state none';
COMMENT ON COLUMN vobiz.usage_buckets.currency IS 'ISO 4217 code of the costs; empty where the calls state none';
COMMENT ON COLUMN vobiz.usage_buckets.hour IS 'start of the hour, on the clock of settings.timezone';
COMMENT ON COLUMN vobiz.usage_buckets.attempts IS 'calls by their start_time';
COMMENT ON COLUMN vobiz.usage_buckets.answered IS 'of these, with billsec above 0';
COMMENT ON COLUMN vobiz.usage_buckets.short_calls IS 'answered and 6 seconds or shorter';
COMMENT ON COLUMN vobiz.usage_buckets.billsec IS 'billable seconds';
COMMENT ON COLUMN vobiz.usage_buckets.duration IS 'seconds of ring and talk';
COMMENT ON COLUMN vobiz.usage_buckets.cost IS 'sum of cost, in currency';
COMMENT ON COLUMN vobiz.usage_buckets.streaming_cost IS 'sum of streaming_cost, in currency';
COMMENT ON COLUMN vobiz.usage_buckets.total_cost IS 'sum of total_cost, in currency';
COMMENT ON COLUMN vobiz.usage_buckets.answer_delay_seconds IS 'sum of answer_time - start_time of answered calls';
COMMENT ON COLUMN vobiz.usage_buckets.answer_delay_calls IS 'answered calls that have an answer_time';
COMMENT ON COLUMN vobiz.usage_buckets.mos_sum IS 'sum of MOS values; below 1 means not measured';
COMMENT ON COLUMN vobiz.usage_buckets.mos_calls IS 'calls with a measured MOS';
COMMENT ON COLUMN vobiz.usage_buckets.poor_calls IS 'of these, with a MOS below 3.6';
COMMENT ON COLUMN vobiz.usage_buckets.jitter_sum IS 'milliseconds, summed over jitter_calls';
COMMENT ON COLUMN vobiz.usage_buckets.jitter_calls IS 'calls with measured media that state a jitter';
COMMENT ON COLUMN vobiz.usage_buckets.packet_loss_sum IS 'percent, summed over packet_loss_calls';
COMMENT ON COLUMN vobiz.usage_buckets.packet_loss_calls IS 'calls with measured media that state a packet loss';
CREATE INDEX usage_buckets_hour ON vobiz.usage_buckets (hour);

CREATE TABLE vobiz_sync.usage_days (
  partner_id           text NOT NULL,
  account_id           text NOT NULL,
  day                  date NOT NULL,
  call_direction       text NOT NULL,
  context              text NOT NULL,
  currency             text NOT NULL,
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
  packet_loss_calls    bigint NOT NULL,
  PRIMARY KEY (account_id, day, call_direction, context, currency, partner_id)
);
COMMENT ON TABLE vobiz_sync.usage_days IS 'usage_buckets added up by billing day; without what rollup_marks marks: ask vobiz.usage_days';
COMMENT ON COLUMN vobiz_sync.usage_days.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_sync.usage_days.account_id IS 'auth_id of the customer';
COMMENT ON COLUMN vobiz_sync.usage_days.day IS 'billing day, see settings.timezone';
COMMENT ON COLUMN vobiz_sync.usage_days.call_direction IS 'inbound or outbound; empty where the calls state none';
COMMENT ON COLUMN vobiz_sync.usage_days.context IS 'the product; empty where the calls state none';
COMMENT ON COLUMN vobiz_sync.usage_days.currency IS 'ISO 4217 code of the costs; empty where the calls state none';
COMMENT ON COLUMN vobiz_sync.usage_days.attempts IS 'calls by their start_time';
COMMENT ON COLUMN vobiz_sync.usage_days.answered IS 'of these, with billsec above 0';
COMMENT ON COLUMN vobiz_sync.usage_days.short_calls IS 'answered and 6 seconds or shorter';
COMMENT ON COLUMN vobiz_sync.usage_days.billsec IS 'billable seconds';
COMMENT ON COLUMN vobiz_sync.usage_days.duration IS 'seconds of ring and talk';
COMMENT ON COLUMN vobiz_sync.usage_days.cost IS 'sum of cost, in currency';
COMMENT ON COLUMN vobiz_sync.usage_days.streaming_cost IS 'sum of streaming_cost, in currency';
COMMENT ON COLUMN vobiz_sync.usage_days.total_cost IS 'sum of total_cost, in currency';
COMMENT ON COLUMN vobiz_sync.usage_days.answer_delay_seconds IS 'sum of answer_time - start_time of answered calls';
COMMENT ON COLUMN vobiz_sync.usage_days.answer_delay_calls IS 'answered calls that have an answer_time';
COMMENT ON COLUMN vobiz_sync.usage_days.mos_sum IS 'sum of MOS values; below 1 means not measured';
COMMENT ON COLUMN vobiz_sync.usage_days.mos_calls IS 'calls with a measured MOS';
COMMENT ON COLUMN vobiz_sync.usage_days.poor_calls IS 'of these, with a MOS below 3.6';
COMMENT ON COLUMN vobiz_sync.usage_days.jitter_sum IS 'milliseconds, summed over jitter_calls';
COMMENT ON COLUMN vobiz_sync.usage_days.jitter_calls IS 'calls with measured media that state a jitter';
COMMENT ON COLUMN vobiz_sync.usage_days.packet_loss_sum IS 'percent, summed over packet_loss_calls';
COMMENT ON COLUMN vobiz_sync.usage_days.packet_loss_calls IS 'calls with measured media that state a packet loss';
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
COMMENT ON TABLE vobiz_sync.hangup_days IS 'hangup_buckets added up by billing day; without what rollup_marks marks: ask vobiz.hangup_days';
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
  entries         bigint NOT NULL,
  amount          numeric NOT NULL,
  credit          numeric NOT NULL,
  debit           numeric NOT NULL,
  first_seen_from timestamptz NOT NULL,
  first_seen_to   timestamptz NOT NULL,
  PRIMARY KEY (account_id, bucket_start, currency, type, reference_type, status, partner_id)
);
COMMENT ON TABLE vobiz.ledger_buckets IS 'ledger entries by customer and 15 minutes of vobiz_sync.entry_time';
COMMENT ON COLUMN vobiz.ledger_buckets.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz.ledger_buckets.account_id IS 'auth_id of the customer';
COMMENT ON COLUMN vobiz.ledger_buckets.bucket_start IS 'start of the 15 minutes';
COMMENT ON COLUMN vobiz.ledger_buckets.currency IS 'ISO 4217 code; empty where the entries state none';
COMMENT ON COLUMN vobiz.ledger_buckets.type IS 'type of the entries; vobiz.is_credit() gives the sign';
COMMENT ON COLUMN vobiz.ledger_buckets.reference_type IS 'what they are for; empty where they do not say';
COMMENT ON COLUMN vobiz.ledger_buckets.status IS 'completed, pending, …; only completed moves a wallet; empty where they do not say';
COMMENT ON COLUMN vobiz.ledger_buckets.entries IS 'ledger entries';
COMMENT ON COLUMN vobiz.ledger_buckets.amount IS 'sum of the positive amounts, in currency';
COMMENT ON COLUMN vobiz.ledger_buckets.credit IS 'of these, what came into the wallet';
COMMENT ON COLUMN vobiz.ledger_buckets.debit IS 'of these, what left the wallet';
COMMENT ON COLUMN vobiz.ledger_buckets.first_seen_from IS 'when the mirror first saw the earliest seen of the entries';
COMMENT ON COLUMN vobiz.ledger_buckets.first_seen_to IS 'when the mirror first saw the latest seen of the entries';

CREATE TABLE vobiz_sync.ledger_days (
  partner_id      text NOT NULL,
  account_id      text NOT NULL,
  day             date NOT NULL,
  currency        text NOT NULL,
  type            text NOT NULL,
  reference_type  text NOT NULL,
  status          text NOT NULL,
  entries         bigint NOT NULL,
  amount          numeric NOT NULL,
  credit          numeric NOT NULL,
  debit           numeric NOT NULL,
  first_seen_from timestamptz NOT NULL,
  first_seen_to   timestamptz NOT NULL,
  PRIMARY KEY (account_id, day, currency, type, reference_type, status, partner_id)
);
COMMENT ON TABLE vobiz_sync.ledger_days IS 'ledger_buckets added up by billing day; without what rollup_marks marks: ask vobiz.ledger_days';
COMMENT ON COLUMN vobiz_sync.ledger_days.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_sync.ledger_days.account_id IS 'auth_id of the customer';
COMMENT ON COLUMN vobiz_sync.ledger_days.day IS 'billing day, see settings.timezone';
COMMENT ON COLUMN vobiz_sync.ledger_days.currency IS 'ISO 4217 code; empty where the entries state none';
COMMENT ON COLUMN vobiz_sync.ledger_days.type IS 'type of the entries; vobiz.is_credit() gives the sign';
COMMENT ON COLUMN vobiz_sync.ledger_days.reference_type IS 'what they are for; empty where they do not say';
COMMENT ON COLUMN vobiz_sync.ledger_days.status IS 'completed, pending, …; only completed moves a wallet; empty where they do not say';
COMMENT ON COLUMN vobiz_sync.ledger_days.entries IS 'ledger entries';
COMMENT ON COLUMN vobiz_sync.ledger_days.amount IS 'sum of the positive amounts, in currency';
COMMENT ON COLUMN vobiz_sync.ledger_days.credit IS 'of these, what came into the wallet';
COMMENT ON COLUMN vobiz_sync.ledger_days.debit IS 'of these, what left the wallet';
COMMENT ON COLUMN vobiz_sync.ledger_days.first_seen_from IS 'when the mirror first saw the earliest seen of the entries';
COMMENT ON COLUMN vobiz_sync.ledger_days.first_seen_to IS 'when the mirror first saw the latest seen of the entries';
CREATE INDEX ledger_days_day ON vobiz_sync.ledger_days (day);

-- Which 15 minutes an instant falls into. Every zone in use is a whole number of them away from UTC, so
-- days of any zone are made of whole buckets.
CREATE FUNCTION vobiz_sync.bucket_of(at timestamptz) RETURNS timestamptz
  LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT to_timestamp((floor(extract(epoch FROM at) / 900) * 900)::double precision) $$;
COMMENT ON FUNCTION vobiz_sync.bucket_of(timestamptz) IS 'start of the 15 minutes that an instant falls into';

-- An entry belongs to the day it was booked on: created_at is what the API's day filter looks at, so the
-- windows prove exactly these days complete, and it never moves, while processed_at does when a pending
-- entry completes. An entry without it stands where the API listed it.
CREATE FUNCTION vobiz_sync.entry_time(created_at timestamptz, processed_at timestamptz, window_day date)
  RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT coalesce(created_at, processed_at, window_day::timestamp AT TIME ZONE 'UTC') $$;
COMMENT ON FUNCTION vobiz_sync.entry_time(timestamptz, timestamptz, date) IS 'the instant that decides the billing day of a ledger entry';

-- An end that lies more than a day after the start is a fault of the record; it would hold a line for ever.
CREATE FUNCTION vobiz_sync.call_end(start_time timestamptz, end_time timestamptz, duration integer)
  RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT least(coalesce(end_time, start_time + duration * interval '1 second', start_time),
                     start_time + interval '24 hours') $$;
COMMENT ON FUNCTION vobiz_sync.call_end(timestamptz, timestamptz, integer) IS 'until when a call counts as in progress: its end, 24 hours after its start at most';

-- Two transactions that touch one billing day take turns: each recomputes what it touched from rows, and must
-- see what the other committed. The rollups' own lock is shared by all of them, and `rebuild-rollups` takes
-- it alone, so that nobody adds up days of the zone that is being left. Returns the zone.
CREATE FUNCTION vobiz_sync.lock_days(of_table text, partners text[], instants timestamptz[]) RETURNS text
  LANGUAGE plpgsql AS $$
DECLARE
  zone text;
BEGIN
  PERFORM pg_advisory_xact_lock_shared(hashtextextended('vobiz rollups', 0));
  SELECT timezone INTO STRICT zone FROM vobiz.settings;
  PERFORM pg_advisory_xact_lock(key) FROM (
    SELECT DISTINCT hashtextextended(format('vobiz %s %s %s', of_table, partner, (at AT TIME ZONE zone)::date), 0) AS key
    FROM unnest(partners, instants) AS u(partner, at) ORDER BY key) days;
  RETURN zone;
END
$$;
COMMENT ON FUNCTION vobiz_sync.lock_days(text, text[], timestamptz[]) IS 'locks the billing days of the instants until the transaction ends';

-- Recomputes the buckets of customers and spans from the rows, writes what differs and deletes what is empty. A
-- span begins and ends where buckets do: the triggers give single buckets, a rebuild whole days.
-- Each statement sees what others committed before the locks were given, as long as the transaction is
-- READ COMMITTED. Each key is looked up by index, whatever the planner believes of
-- tables that nobody has analyzed yet.
CREATE FUNCTION vobiz_sync.refresh_calls(partners text[], accounts text[], starts timestamptz[], ends timestamptz[], zone text)
  RETURNS void LANGUAGE plpgsql SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
AS $$
BEGIN
  WITH k AS MATERIALIZED (
    SELECT * FROM unnest(partners, accounts, starts, ends) AS u(partner_id, account_id, from_at, to_at)
  ), fresh AS MATERIALIZED (
    SELECT k.partner_id, k.account_id, c.bucket_start, c.call_direction, c.context, c.currency,
      date_trunc('hour', c.bucket_start, zone) AS hour, c.attempts, c.answered, c.short_calls, c.billsec, c.duration, c.cost, c.streaming_cost, c.total_cost,
      c.answer_delay_seconds, c.answer_delay_calls, c.mos_sum, c.mos_calls, c.poor_calls, c.jitter_sum, c.jitter_calls, c.packet_loss_sum, c.packet_loss_calls
    FROM k CROSS JOIN LATERAL (
      SELECT vobiz_sync.bucket_of(c.start_time) AS bucket_start, coalesce(c.call_direction, '') AS call_direction, coalesce(c.context, '') AS context,
        coalesce(c.currency, '') AS currency,
        count(*) AS attempts, count(*) FILTER (WHERE c.billsec > 0) AS answered,
        count(*) FILTER (WHERE c.billsec BETWEEN 1 AND 6) AS short_calls,
        coalesce(sum(c.billsec), 0) AS billsec, coalesce(sum(c.duration), 0) AS duration,
        coalesce(sum(c.cost), 0) AS cost, coalesce(sum(c.streaming_cost), 0) AS streaming_cost,
        coalesce(sum(c.total_cost), 0) AS total_cost,
        coalesce(sum(extract(epoch FROM c.answer_time - c.start_time)::numeric) FILTER (WHERE c.billsec > 0), 0),
        count(c.answer_time) FILTER (WHERE c.billsec > 0),
        coalesce(sum(c.mos) FILTER (WHERE c.mos >= 1), 0), count(*) FILTER (WHERE c.mos >= 1),
        count(*) FILTER (WHERE c.mos >= 1 AND c.mos < 3.6),
        coalesce(sum(c.jitter) FILTER (WHERE c.mos >= 1), 0), count(c.jitter) FILTER (WHERE c.mos >= 1),
        coalesce(sum(c.packet_loss) FILTER (WHERE c.mos >= 1), 0),
        count(c.packet_loss) FILTER (WHERE c.mos >= 1)
      FROM vobiz.cdrs c
      -- IS NOT DISTINCT FROM keeps the planner from the index by partner and day.
      WHERE c.account_id = k.account_id AND c.partner_id IS NOT DISTINCT FROM k.partner_id
        AND c.removed_at IS NULL AND c.start_time >= k.from_at AND c.start_time < k.to_at
      GROUP BY 1, 2, 3, 4
    ) c(bucket_start, call_direction, context, currency, attempts, answered, short_calls, billsec, duration, cost, streaming_cost, total_cost,
      answer_delay_seconds, answer_delay_calls, mos_sum, mos_calls, poor_calls, jitter_sum, jitter_calls, packet_loss_sum, packet_loss_calls)
  ), stored AS MATERIALIZED (
    SELECT t.* FROM k JOIN vobiz.usage_buckets t USING (partner_id, account_id)
    WHERE t.bucket_start >= k.from_at AND t.bucket_start < k.to_at
  ), emptied AS (
    DELETE FROM vobiz.usage_buckets t USING (
      SELECT account_id, bucket_start, call_direction, context, currency, partner_id FROM stored EXCEPT SELECT account_id, bucket_start, call_direction, context, currency, partner_id FROM fresh) e
    WHERE (t.account_id, t.bucket_start, t.call_direction, t.context, t.currency, t.partner_id)
      = (e.account_id, e.bucket_start, e.call_direction, e.context, e.currency, e.partner_id)
  )
  INSERT INTO vobiz.usage_buckets SELECT * FROM (SELECT * FROM fresh EXCEPT SELECT * FROM stored) d
  ON CONFLICT (account_id, bucket_start, call_direction, context, currency, partner_id) DO UPDATE SET
      hour = excluded.hour,
      attempts = excluded.attempts,
      answered = excluded.answered,
      short_calls = excluded.short_calls,
      billsec = excluded.billsec,
      duration = excluded.duration,
      cost = excluded.cost,
      streaming_cost = excluded.streaming_cost,
      total_cost = excluded.total_cost,
      answer_delay_seconds = excluded.answer_delay_seconds,
      answer_delay_calls = excluded.answer_delay_calls,
      mos_sum = excluded.mos_sum,
      mos_calls = excluded.mos_calls,
      poor_calls = excluded.poor_calls,
      jitter_sum = excluded.jitter_sum,
      jitter_calls = excluded.jitter_calls,
      packet_loss_sum = excluded.packet_loss_sum,
      packet_loss_calls = excluded.packet_loss_calls;

  WITH k AS MATERIALIZED (
    SELECT * FROM unnest(partners, accounts, starts, ends) AS u(partner_id, account_id, from_at, to_at)
  ), fresh AS MATERIALIZED (
    SELECT k.partner_id, k.account_id, c.bucket_start, c.call_direction, c.hangup_cause, c.attempts, c.answered
    FROM k CROSS JOIN LATERAL (
      SELECT vobiz_sync.bucket_of(c.start_time) AS bucket_start, coalesce(c.call_direction, '') AS call_direction, coalesce(c.hangup_cause, '') AS hangup_cause,
        count(*) AS attempts, count(*) FILTER (WHERE c.billsec > 0) AS answered
      FROM vobiz.cdrs c
      -- IS NOT DISTINCT FROM keeps the planner from the index by partner and day.
      WHERE c.account_id = k.account_id AND c.partner_id IS NOT DISTINCT FROM k.partner_id
        AND c.removed_at IS NULL AND c.start_time >= k.from_at AND c.start_time < k.to_at
      GROUP BY 1, 2, 3) c
  ), stored AS MATERIALIZED (
    SELECT t.* FROM k JOIN vobiz.hangup_buckets t USING (partner_id, account_id)
    WHERE t.bucket_start >= k.from_at AND t.bucket_start < k.to_at
  ), emptied AS (
    DELETE FROM vobiz.hangup_buckets t USING (
      SELECT account_id, bucket_start, call_direction, hangup_cause, partner_id FROM stored EXCEPT SELECT account_id, bucket_start, call_direction, hangup_cause, partner_id FROM fresh) e
    WHERE (t.account_id, t.bucket_start, t.call_direction, t.hangup_cause, t.partner_id)
      = (e.account_id, e.bucket_start, e.call_direction, e.hangup_cause, e.partner_id)
  )
  INSERT INTO vobiz.hangup_buckets SELECT * FROM (SELECT * FROM fresh EXCEPT SELECT * FROM stored) d
  ON CONFLICT (account_id, bucket_start, call_direction, hangup_cause, partner_id) DO UPDATE SET
      attempts = excluded.attempts,
      answered = excluded.answered;
END
$$;
COMMENT ON FUNCTION vobiz_sync.refresh_calls(text[], text[], timestamptz[], timestamptz[], text) IS 'recomputes the rollups of calls for these (partner, customer, span)';

CREATE FUNCTION vobiz_sync.refresh_ledger(partners text[], accounts text[], starts timestamptz[], ends timestamptz[])
  RETURNS void LANGUAGE plpgsql SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
AS $$
BEGIN
  WITH k AS MATERIALIZED (
    SELECT * FROM unnest(partners, accounts, starts, ends) AS u(partner_id, account_id, from_at, to_at)
  ), fresh AS MATERIALIZED (
    SELECT k.partner_id, k.account_id, e.*
    FROM k CROSS JOIN LATERAL (
      SELECT vobiz_sync.bucket_of(vobiz_sync.entry_time(e.created_at, e.processed_at, e.window_day)) AS bucket_start,
        coalesce(e.currency, '') AS currency, e.type, coalesce(e.reference_type, '') AS reference_type,
        coalesce(e.status, '') AS status, count(*) AS entries, sum(e.amount) AS amount,
        coalesce(sum(e.amount) FILTER (WHERE vobiz.is_credit(e.type)), 0) AS credit,
        coalesce(sum(e.amount) FILTER (WHERE NOT vobiz.is_credit(e.type)), 0) AS debit,
        min(e.first_seen_at) AS first_seen_from, max(e.first_seen_at) AS first_seen_to
      FROM (
        SELECT * FROM vobiz.transactions t
        WHERE t.account_id = k.account_id AND t.created_at >= k.from_at
          AND t.created_at < k.to_at
        UNION ALL
        SELECT * FROM vobiz.transactions t
        WHERE t.account_id = k.account_id AND t.created_at IS NULL
          AND vobiz_sync.entry_time(NULL, t.processed_at, t.window_day) >= k.from_at
          AND vobiz_sync.entry_time(NULL, t.processed_at, t.window_day) < k.to_at
      ) e
      WHERE e.partner_id = k.partner_id AND e.removed_at IS NULL
      GROUP BY 1, 2, 3, 4, 5) e
  ), stored AS MATERIALIZED (
    SELECT t.* FROM k JOIN vobiz.ledger_buckets t USING (partner_id, account_id)
    WHERE t.bucket_start >= k.from_at AND t.bucket_start < k.to_at
  ), emptied AS (
    DELETE FROM vobiz.ledger_buckets t USING (
      SELECT account_id, bucket_start, currency, type, reference_type, status, partner_id FROM stored EXCEPT SELECT account_id, bucket_start, currency, type, reference_type, status, partner_id FROM fresh) e
    WHERE (t.account_id, t.bucket_start, t.currency, t.type, t.reference_type, t.status, t.partner_id)
      = (e.account_id, e.bucket_start, e.currency, e.type, e.reference_type, e.status, e.partner_id)
  )
  INSERT INTO vobiz.ledger_buckets SELECT * FROM (SELECT * FROM fresh EXCEPT SELECT * FROM stored) d
  ON CONFLICT (account_id, bucket_start, currency, type, reference_type, status, partner_id) DO UPDATE SET
      entries = excluded.entries,
      amount = excluded.amount,
      credit = excluded.credit,
      debit = excluded.debit,
      first_seen_from = excluded.first_seen_from,
      first_seen_to = excluded.first_seen_to;
END
$$;
COMMENT ON FUNCTION vobiz_sync.refresh_ledger(text[], text[], timestamptz[], timestamptz[]) IS 'recomputes the rollups of the ledger for these (partner, customer, span)';


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
COMMENT ON COLUMN vobiz_sync.rollup_marks.rollup IS 'calls: usage_days and hangup_days; ledger: ledger_days; concurrency: concurrency_days';
COMMENT ON COLUMN vobiz_sync.rollup_marks.account_id IS 'auth_id of the customer; * for a concurrency day, which is made for all of them at once';

CREATE TABLE vobiz_sync.concurrency_days (
  partner_id text NOT NULL,
  account_id text NOT NULL,
  day        date NOT NULL,
  peak_calls bigint NOT NULL,
  peak_at    timestamptz NOT NULL,
  PRIMARY KEY (partner_id, day, account_id)
);
COMMENT ON TABLE vobiz_sync.concurrency_days IS 'most calls at the same time, by billing day; without what rollup_marks marks: ask vobiz.concurrency_days';
COMMENT ON COLUMN vobiz_sync.concurrency_days.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_sync.concurrency_days.account_id IS 'auth_id of the customer; * for all customers of the partner together';
COMMENT ON COLUMN vobiz_sync.concurrency_days.day IS 'billing day, see settings.timezone';
COMMENT ON COLUMN vobiz_sync.concurrency_days.peak_calls IS 'most calls in progress at the same time';
COMMENT ON COLUMN vobiz_sync.concurrency_days.peak_at IS 'when there were that many for the first time';

CREATE FUNCTION vobiz_sync.usage_of_day(of_partner text, of_day date, of_account text)
  RETURNS SETOF vobiz_sync.usage_days LANGUAGE sql STABLE ROWS 4 AS $$
  SELECT of_partner, of_account, of_day, b.call_direction, b.context, b.currency,
    sum(b.attempts)::bigint, sum(b.answered)::bigint, sum(b.short_calls)::bigint,
    sum(b.billsec)::bigint, sum(b.duration)::bigint, sum(b.cost), sum(b.streaming_cost),
    sum(b.total_cost), sum(b.answer_delay_seconds), sum(b.answer_delay_calls)::bigint,
    sum(b.mos_sum), sum(b.mos_calls)::bigint, sum(b.poor_calls)::bigint, sum(b.jitter_sum),
    sum(b.jitter_calls)::bigint, sum(b.packet_loss_sum), sum(b.packet_loss_calls)::bigint
  FROM vobiz.usage_buckets b
  WHERE b.partner_id IS NOT DISTINCT FROM of_partner AND b.account_id = of_account
    AND b.bucket_start >= vobiz.billing_day_start(of_day)
    AND b.bucket_start < vobiz.billing_day_start(of_day + 1)
  GROUP BY b.call_direction, b.context, b.currency
$$;
COMMENT ON FUNCTION vobiz_sync.usage_of_day(text, date, text) IS 'usage_buckets of one customer and billing day added up';

CREATE FUNCTION vobiz_sync.hangups_of_day(of_partner text, of_day date, of_account text)
  RETURNS SETOF vobiz_sync.hangup_days LANGUAGE sql STABLE ROWS 4 AS $$
  SELECT of_partner, of_account, of_day, b.call_direction, b.hangup_cause,
    sum(b.attempts)::bigint, sum(b.answered)::bigint
  FROM vobiz.hangup_buckets b
  WHERE b.partner_id IS NOT DISTINCT FROM of_partner AND b.account_id = of_account
    AND b.bucket_start >= vobiz.billing_day_start(of_day)
    AND b.bucket_start < vobiz.billing_day_start(of_day + 1)
  GROUP BY b.call_direction, b.hangup_cause
$$;
COMMENT ON FUNCTION vobiz_sync.hangups_of_day(text, date, text) IS 'hangup_buckets of one customer and billing day added up';

CREATE FUNCTION vobiz_sync.ledger_of_day(of_partner text, of_day date, of_account text)
  RETURNS SETOF vobiz_sync.ledger_days LANGUAGE sql STABLE ROWS 4 AS $$
  SELECT of_partner, of_account, of_day, b.currency, b.type, b.reference_type, b.status,
    sum(b.entries)::bigint, sum(b.amount), sum(b.credit), sum(b.debit), min(b.first_seen_from),
    max(b.first_seen_to)
  FROM vobiz.ledger_buckets b
  WHERE b.partner_id IS NOT DISTINCT FROM of_partner AND b.account_id = of_account
    AND b.bucket_start >= vobiz.billing_day_start(of_day)
    AND b.bucket_start < vobiz.billing_day_start(of_day + 1)
  GROUP BY b.currency, b.type, b.reference_type, b.status
$$;
COMMENT ON FUNCTION vobiz_sync.ledger_of_day(text, date, text) IS 'ledger_buckets of one customer and billing day added up';

CREATE VIEW vobiz.usage_days AS
  SELECT s.* FROM vobiz_sync.usage_days s
  WHERE NOT EXISTS (SELECT FROM vobiz_sync.rollup_marks m
    WHERE (m.partner_id, m.day, m.rollup, m.account_id) = (s.partner_id, s.day, 'calls', s.account_id))
  UNION ALL
  SELECT m.partner_id, m.account_id, m.day, f.call_direction, f.context, f.currency, f.attempts, f.answered, f.short_calls, f.billsec,
    f.duration, f.cost, f.streaming_cost, f.total_cost, f.answer_delay_seconds,
    f.answer_delay_calls, f.mos_sum, f.mos_calls, f.poor_calls, f.jitter_sum, f.jitter_calls,
    f.packet_loss_sum, f.packet_loss_calls
  FROM vobiz_sync.rollup_marks m
  CROSS JOIN LATERAL vobiz_sync.usage_of_day(m.partner_id, m.day, m.account_id) f
  WHERE m.rollup = 'calls';
COMMENT ON VIEW vobiz.usage_days IS 'calls by customer and billing day: sums and counts, exact at any time';
COMMENT ON COLUMN vobiz.usage_days.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz.usage_days.account_id IS 'auth_id of the customer';
COMMENT ON COLUMN vobiz.usage_days.day IS 'billing day, see settings.timezone';
COMMENT ON COLUMN vobiz.usage_days.call_direction IS 'inbound or outbound; empty where the calls state none';
COMMENT ON COLUMN vobiz.usage_days.context IS 'the product; empty where the calls state none';
COMMENT ON COLUMN vobiz.usage_days.currency IS 'ISO 4217 code of the costs; empty where the calls state none';
COMMENT ON COLUMN vobiz.usage_days.attempts IS 'calls by their start_time';
COMMENT ON COLUMN vobiz.usage_days.answered IS 'of these, with billsec above 0';
COMMENT ON COLUMN vobiz.usage_days.short_calls IS 'answered and 6 seconds or shorter';
COMMENT ON COLUMN vobiz.usage_days.billsec IS 'billable seconds';
COMMENT ON COLUMN vobiz.usage_days.duration IS 'seconds of ring and talk';
COMMENT ON COLUMN vobiz.usage_days.cost IS 'sum of cost, in currency';
COMMENT ON COLUMN vobiz.usage_days.streaming_cost IS 'sum of streaming_cost, in currency';
COMMENT ON COLUMN vobiz.usage_days.total_cost IS 'sum of total_cost, in currency';
COMMENT ON COLUMN vobiz.usage_days.answer_delay_seconds IS 'sum of answer_time - start_time of answered calls';
COMMENT ON COLUMN vobiz.usage_days.answer_delay_calls IS 'answered calls that have an answer_time';
COMMENT ON COLUMN vobiz.usage_days.mos_sum IS 'sum of MOS values; below 1 means not measured';
COMMENT ON COLUMN vobiz.usage_days.mos_calls IS 'calls with a measured MOS';
COMMENT ON COLUMN vobiz.usage_days.poor_calls IS 'of these, with a MOS below 3.6';
COMMENT ON COLUMN vobiz.usage_days.jitter_sum IS 'milliseconds, summed over jitter_calls';
COMMENT ON COLUMN vobiz.usage_days.jitter_calls IS 'calls with measured media that state a jitter';
COMMENT ON COLUMN vobiz.usage_days.packet_loss_sum IS 'percent, summed over packet_loss_calls';
COMMENT ON COLUMN vobiz.usage_days.packet_loss_calls IS 'calls with measured media that state a packet loss';

CREATE VIEW vobiz.hangup_days AS
  SELECT s.* FROM vobiz_sync.hangup_days s
  WHERE NOT EXISTS (SELECT FROM vobiz_sync.rollup_marks m
    WHERE (m.partner_id, m.day, m.rollup, m.account_id) = (s.partner_id, s.day, 'calls', s.account_id))
  UNION ALL
  SELECT m.partner_id, m.account_id, m.day, f.call_direction, f.hangup_cause, f.attempts, f.answered
  FROM vobiz_sync.rollup_marks m
  CROSS JOIN LATERAL vobiz_sync.hangups_of_day(m.partner_id, m.day, m.account_id) f
  WHERE m.rollup = 'calls';
COMMENT ON VIEW vobiz.hangup_days IS 'how calls ended, by customer and billing day, exact at any time';
COMMENT ON COLUMN vobiz.hangup_days.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz.hangup_days.account_id IS 'auth_id of the customer';
COMMENT ON COLUMN vobiz.hangup_days.day IS 'billing day, see settings.timezone';
COMMENT ON COLUMN vobiz.hangup_days.call_direction IS 'inbound or outbound; empty where the calls state none';
COMMENT ON COLUMN vobiz.hangup_days.hangup_cause IS 'cause of the calls'' end; empty where the calls state none';
COMMENT ON COLUMN vobiz.hangup_days.attempts IS 'calls that ended so';
COMMENT ON COLUMN vobiz.hangup_days.answered IS 'of these, with billsec above 0';

CREATE VIEW vobiz.ledger_days AS
  SELECT s.* FROM vobiz_sync.ledger_days s
  WHERE NOT EXISTS (SELECT FROM vobiz_sync.rollup_marks m
    WHERE (m.partner_id, m.day, m.rollup, m.account_id) = (s.partner_id, s.day, 'ledger', s.account_id))
  UNION ALL
  SELECT m.partner_id, m.account_id, m.day, f.currency, f.type, f.reference_type, f.status, f.entries, f.amount, f.credit, f.debit,
    f.first_seen_from, f.first_seen_to
  FROM vobiz_sync.rollup_marks m
  CROSS JOIN LATERAL vobiz_sync.ledger_of_day(m.partner_id, m.day, m.account_id) f
  WHERE m.rollup = 'ledger';
COMMENT ON VIEW vobiz.ledger_days IS 'ledger entries by customer and billing day, exact at any time';
COMMENT ON COLUMN vobiz.ledger_days.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz.ledger_days.account_id IS 'auth_id of the customer';
COMMENT ON COLUMN vobiz.ledger_days.day IS 'billing day, see settings.timezone';
COMMENT ON COLUMN vobiz.ledger_days.currency IS 'ISO 4217 code; empty where the entries state none';
COMMENT ON COLUMN vobiz.ledger_days.type IS 'type of the entries; vobiz.is_credit() gives the sign';
COMMENT ON COLUMN vobiz.ledger_days.reference_type IS 'what they are for; empty where they do not say';
COMMENT ON COLUMN vobiz.ledger_days.status IS 'completed, pending, …; only completed moves a wallet; empty where they do not say';
COMMENT ON COLUMN vobiz.ledger_days.entries IS 'ledger entries';
COMMENT ON COLUMN vobiz.ledger_days.amount IS 'sum of the positive amounts, in currency';
COMMENT ON COLUMN vobiz.ledger_days.credit IS 'of these, what came into the wallet';
COMMENT ON COLUMN vobiz.ledger_days.debit IS 'of these, what left the wallet';
COMMENT ON COLUMN vobiz.ledger_days.first_seen_from IS 'when the mirror first saw the earliest seen of the entries';
COMMENT ON COLUMN vobiz.ledger_days.first_seen_to IS 'when the mirror first saw the latest seen of the entries';


-- A call is in progress from its start to just before its end. Stored and marked days tell which customers may
-- have calls there, so that the index by customer and time serves; vobiz.usage_days would make each marked day
-- only to name its customer.
CREATE FUNCTION vobiz_sync.peak_concurrency(of_partner text, of_day date)
  RETURNS TABLE (account_id text, peak_calls bigint, peak_at timestamptz)
  LANGUAGE sql STABLE ROWS 50 SET work_mem = '64MB' SET jit = off
AS $$
  WITH edges AS MATERIALIZED (
    SELECT vobiz.billing_day_start(of_day) AS from_time, vobiz.billing_day_start(of_day + 1) AS to_time
  ), calls AS MATERIALIZED (
    SELECT a.account_id, greatest(c.start_time, e.from_time) AS starts, c.ends
    FROM edges e CROSS JOIN (
      SELECT u.account_id FROM vobiz_sync.usage_days u
      WHERE u.partner_id = of_partner AND u.day BETWEEN of_day - 2 AND of_day
      UNION
      SELECT m.account_id FROM vobiz_sync.rollup_marks m
      WHERE m.partner_id = of_partner AND m.day BETWEEN of_day - 2 AND of_day AND m.rollup = 'calls') a
    CROSS JOIN LATERAL (
      SELECT c.start_time, vobiz_sync.call_end(c.start_time, c.end_time, c.duration) AS ends
      FROM vobiz.cdrs c
      WHERE c.account_id = a.account_id AND c.partner_id = of_partner AND c.removed_at IS NULL
        AND c.start_time >= e.from_time - interval '24 hours' AND c.start_time < e.to_time) c
    WHERE c.ends > e.from_time AND c.ends > c.start_time
  ), steps AS MATERIALIZED (
    SELECT c.account_id COLLATE "C" AS account_id, v.at, v.step FROM calls c
    CROSS JOIN LATERAL (VALUES (c.starts, 1), (c.ends, -1)) v(at, step)
  ), levels AS (
    SELECT s.account_id, s.at, sum(s.step) OVER (PARTITION BY s.account_id ORDER BY s.at, s.step) AS level FROM steps s
    UNION ALL
    SELECT '*', s.at, sum(s.step) OVER (ORDER BY s.at, s.step) FROM steps s
  ), peaks AS (
    -- The highest level, and of its instants the first, in one pass.
    SELECT l.account_id, max(ARRAY[l.level, -extract(epoch FROM l.at) * 1000000]::bigint[]) AS peak
    FROM levels l GROUP BY l.account_id
  )
  SELECT p.account_id, p.peak[1], timestamptz 'epoch' - p.peak[2] * interval '1 microsecond' FROM peaks p
$$;
COMMENT ON FUNCTION vobiz_sync.peak_concurrency(text, date) IS 'most calls at the same time of a billing day, by customer and (*) for the whole partner';

CREATE VIEW vobiz.concurrency_days AS
  SELECT s.* FROM vobiz_sync.concurrency_days s
  WHERE NOT EXISTS (SELECT FROM vobiz_sync.rollup_marks m
    WHERE (m.partner_id, m.day, m.rollup) = (s.partner_id, s.day, 'concurrency'))
  UNION ALL
  SELECT m.partner_id, p.account_id, m.day, p.peak_calls, p.peak_at
  FROM vobiz_sync.rollup_marks m
  CROSS JOIN LATERAL vobiz_sync.peak_concurrency(m.partner_id, m.day) p
  WHERE m.rollup = 'concurrency';
COMMENT ON VIEW vobiz.concurrency_days IS 'most calls at the same time, by billing day, exact at any time';
COMMENT ON COLUMN vobiz.concurrency_days.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz.concurrency_days.account_id IS 'auth_id of the customer; * for all customers of the partner together';
COMMENT ON COLUMN vobiz.concurrency_days.day IS 'billing day, see settings.timezone';
COMMENT ON COLUMN vobiz.concurrency_days.peak_calls IS 'most calls in progress at the same time';
COMMENT ON COLUMN vobiz.concurrency_days.peak_at IS 'when there were that many for the first time';

-- Stores the newest marked day of a partner, and returns it; null when none is left. Writers of the day wait, so
-- that no mark of theirs is taken for one that is served here. The peak of a day that is not over stays
-- marked, since each call would have it swept anew.
CREATE FUNCTION vobiz_sync.store_marked_day(of_partner text) RETURNS date
  LANGUAGE plpgsql SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
AS $$
DECLARE
  marked record;
  calls_accounts text[];
  ledger_accounts text[];
  swept boolean;
BEGIN
  SELECT max(m.day) AS day INTO marked FROM vobiz_sync.rollup_marks m
  WHERE m.partner_id = of_partner AND (m.rollup <> 'concurrency' OR m.day < vobiz.billing_day(now()));
  IF marked.day IS NULL THEN
    RETURN NULL;
  END IF;
  PERFORM vobiz_sync.lock_days('calls', ARRAY[of_partner], ARRAY[vobiz.billing_day_start(marked.day)]);
  PERFORM vobiz_sync.lock_days('ledger', ARRAY[of_partner], ARRAY[vobiz.billing_day_start(marked.day)]);
  WITH taken AS (
    DELETE FROM vobiz_sync.rollup_marks m
    WHERE m.partner_id = of_partner AND m.day = marked.day
      AND (m.rollup <> 'concurrency' OR m.day < vobiz.billing_day(now()))
    RETURNING m.rollup, m.account_id)
  SELECT array_agg(t.account_id) FILTER (WHERE t.rollup = 'calls'),
    array_agg(t.account_id) FILTER (WHERE t.rollup = 'ledger'), bool_or(t.rollup = 'concurrency')
  INTO calls_accounts, ledger_accounts, swept FROM taken t;

  WITH k AS MATERIALIZED (
    SELECT of_partner AS partner_id, marked.day AS day, u.account_id
    FROM unnest(calls_accounts) AS u(account_id)
  ), fresh AS MATERIALIZED (
    SELECT f.* FROM k CROSS JOIN LATERAL vobiz_sync.usage_of_day(k.partner_id, k.day, k.account_id) f
  ), stored AS MATERIALIZED (
    SELECT t.* FROM k JOIN vobiz_sync.usage_days t USING (partner_id, account_id, day)
  ), emptied AS (
    DELETE FROM vobiz_sync.usage_days t USING (
      SELECT account_id, day, call_direction, context, currency, partner_id FROM stored EXCEPT SELECT account_id, day, call_direction, context, currency, partner_id FROM fresh) e
    WHERE (t.account_id, t.day, t.call_direction, t.context, t.currency, t.partner_id)
      = (e.account_id, e.day, e.call_direction, e.context, e.currency, e.partner_id)
  )
  INSERT INTO vobiz_sync.usage_days SELECT * FROM (SELECT * FROM fresh EXCEPT SELECT * FROM stored) d
  ON CONFLICT (account_id, day, call_direction, context, currency, partner_id) DO UPDATE SET
      attempts = excluded.attempts,
      answered = excluded.answered,
      short_calls = excluded.short_calls,
      billsec = excluded.billsec,
      duration = excluded.duration,
      cost = excluded.cost,
      streaming_cost = excluded.streaming_cost,
      total_cost = excluded.total_cost,
      answer_delay_seconds = excluded.answer_delay_seconds,
      answer_delay_calls = excluded.answer_delay_calls,
      mos_sum = excluded.mos_sum,
      mos_calls = excluded.mos_calls,
      poor_calls = excluded.poor_calls,
      jitter_sum = excluded.jitter_sum,
      jitter_calls = excluded.jitter_calls,
      packet_loss_sum = excluded.packet_loss_sum,
      packet_loss_calls = excluded.packet_loss_calls;
  WITH k AS MATERIALIZED (
    SELECT of_partner AS partner_id, marked.day AS day, u.account_id
    FROM unnest(calls_accounts) AS u(account_id)
  ), fresh AS MATERIALIZED (
    SELECT f.* FROM k CROSS JOIN LATERAL vobiz_sync.hangups_of_day(k.partner_id, k.day, k.account_id) f
  ), stored AS MATERIALIZED (
    SELECT t.* FROM k JOIN vobiz_sync.hangup_days t USING (partner_id, account_id, day)
  ), emptied AS (
    DELETE FROM vobiz_sync.hangup_days t USING (
      SELECT account_id, day, call_direction, hangup_cause, partner_id FROM stored EXCEPT SELECT account_id, day, call_direction, hangup_cause, partner_id FROM fresh) e
    WHERE (t.account_id, t.day, t.call_direction, t.hangup_cause, t.partner_id)
      = (e.account_id, e.day, e.call_direction, e.hangup_cause, e.partner_id)
  )
  INSERT INTO vobiz_sync.hangup_days SELECT * FROM (SELECT * FROM fresh EXCEPT SELECT * FROM stored) d
  ON CONFLICT (account_id, day, call_direction, hangup_cause, partner_id) DO UPDATE SET
      attempts = excluded.attempts,
      answered = excluded.answered;
  WITH k AS MATERIALIZED (
    SELECT of_partner AS partner_id, marked.day AS day, u.account_id
    FROM unnest(ledger_accounts) AS u(account_id)
  ), fresh AS MATERIALIZED (
    SELECT f.* FROM k CROSS JOIN LATERAL vobiz_sync.ledger_of_day(k.partner_id, k.day, k.account_id) f
  ), stored AS MATERIALIZED (
    SELECT t.* FROM k JOIN vobiz_sync.ledger_days t USING (partner_id, account_id, day)
  ), emptied AS (
    DELETE FROM vobiz_sync.ledger_days t USING (
      SELECT account_id, day, currency, type, reference_type, status, partner_id FROM stored EXCEPT SELECT account_id, day, currency, type, reference_type, status, partner_id FROM fresh) e
    WHERE (t.account_id, t.day, t.currency, t.type, t.reference_type, t.status, t.partner_id)
      = (e.account_id, e.day, e.currency, e.type, e.reference_type, e.status, e.partner_id)
  )
  INSERT INTO vobiz_sync.ledger_days SELECT * FROM (SELECT * FROM fresh EXCEPT SELECT * FROM stored) d
  ON CONFLICT (account_id, day, currency, type, reference_type, status, partner_id) DO UPDATE SET
      entries = excluded.entries,
      amount = excluded.amount,
      credit = excluded.credit,
      debit = excluded.debit,
      first_seen_from = excluded.first_seen_from,
      first_seen_to = excluded.first_seen_to;

  IF swept THEN
    WITH fresh AS MATERIALIZED (
      SELECT of_partner AS partner_id, p.account_id, marked.day AS day, p.peak_calls, p.peak_at
      FROM vobiz_sync.peak_concurrency(of_partner, marked.day) p
    ), emptied AS (
      DELETE FROM vobiz_sync.concurrency_days d
      WHERE d.partner_id = of_partner AND d.day = marked.day
        AND NOT EXISTS (SELECT FROM fresh f WHERE f.account_id = d.account_id))
    INSERT INTO vobiz_sync.concurrency_days SELECT * FROM (
      SELECT * FROM fresh EXCEPT
      SELECT * FROM vobiz_sync.concurrency_days d WHERE d.partner_id = of_partner AND d.day = marked.day) changed
    ON CONFLICT (partner_id, day, account_id) DO UPDATE
      SET peak_calls = excluded.peak_calls, peak_at = excluded.peak_at;
  END IF;
  RETURN marked.day;
END
$$;
COMMENT ON FUNCTION vobiz_sync.store_marked_day(text) IS 'stores the newest marked billing day of a partner and returns it; null when none is left';

CREATE FUNCTION vobiz_sync.bucket_ends(starts timestamptz[]) RETURNS timestamptz[]
  LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT array_agg(b + interval '15 minutes' ORDER BY n) FROM unnest(starts) WITH ORDINALITY AS u(b, n) $$;
COMMENT ON FUNCTION vobiz_sync.bucket_ends(timestamptz[]) IS 'where the buckets that begin at these instants end';

CREATE FUNCTION vobiz_sync.mark_days(of_rollup text, partners text[], accounts text[], instants timestamptz[], zone text)
  RETURNS void LANGUAGE sql
AS $$
  INSERT INTO vobiz_sync.rollup_marks
    SELECT DISTINCT u.partner_id, (u.at AT TIME ZONE zone)::date, of_rollup, u.account_id
    FROM unnest(partners, accounts, instants) AS u(partner_id, account_id, at)
  ON CONFLICT DO NOTHING
$$;
COMMENT ON FUNCTION vobiz_sync.mark_days(text, text[], text[], timestamptz[], text) IS 'marks the billing days of these instants as no longer what their rows add up to';

CREATE FUNCTION vobiz_sync.roll_up_calls() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  partners text[];
  accounts text[];
  buckets timestamptz[];
  ends timestamptz[];
  zone text;
BEGIN
  -- The end of a call decides which days its sweep reaches into.
  IF TG_OP = 'INSERT' THEN
    SELECT array_agg(partner_id), array_agg(account_id), array_agg(bucket), array_agg(ends_at)
    INTO partners, accounts, buckets, ends
    FROM (
      SELECT partner_id, account_id, vobiz_sync.bucket_of(start_time) AS bucket,
        max(vobiz_sync.call_end(start_time, end_time, duration)) AS ends_at
      FROM new_rows GROUP BY 1, 2, 3) k;
  ELSIF TG_OP = 'DELETE' THEN
    SELECT array_agg(partner_id), array_agg(account_id), array_agg(bucket), array_agg(ends_at)
    INTO partners, accounts, buckets, ends
    FROM (
      SELECT partner_id, account_id, vobiz_sync.bucket_of(start_time) AS bucket,
        max(vobiz_sync.call_end(start_time, end_time, duration)) AS ends_at
      FROM old_rows GROUP BY 1, 2, 3) k;
  ELSE
    SELECT array_agg(partner_id), array_agg(account_id), array_agg(bucket), array_agg(ends_at)
    INTO partners, accounts, buckets, ends
    FROM (
      SELECT partner_id, account_id, vobiz_sync.bucket_of(start_time) AS bucket,
        max(vobiz_sync.call_end(start_time, end_time, duration)) AS ends_at
      FROM (
        SELECT partner_id, account_id, start_time, end_time, duration FROM old_rows UNION ALL
        SELECT partner_id, account_id, start_time, end_time, duration FROM new_rows) both_rows
      GROUP BY 1, 2, 3) k;
  END IF;
  IF partners IS NULL THEN
    RETURN NULL;
  END IF;
  zone := vobiz_sync.lock_days('calls', partners || partners, buckets || ends);
  INSERT INTO vobiz_sync.rollup_marks
    SELECT DISTINCT partner, d::date, 'concurrency', '*'
    FROM unnest(partners, buckets, ends) AS u(partner, bucket, ends_at) CROSS JOIN LATERAL generate_series(
      (bucket AT TIME ZONE zone)::date, (ends_at AT TIME ZONE zone)::date, interval '1 day') d
  ON CONFLICT DO NOTHING;
  PERFORM vobiz_sync.mark_days('calls', partners, accounts, buckets, zone);
  PERFORM vobiz_sync.refresh_calls(partners, accounts, buckets, vobiz_sync.bucket_ends(buckets), zone);
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION vobiz_sync.roll_up_calls() IS 'keeps the rollups of calls in the statement that changes calls';
CREATE TRIGGER roll_up_inserted AFTER INSERT ON vobiz.cdrs
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION vobiz_sync.roll_up_calls();
CREATE TRIGGER roll_up_updated AFTER UPDATE ON vobiz.cdrs
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION vobiz_sync.roll_up_calls();
CREATE TRIGGER roll_up_deleted AFTER DELETE ON vobiz.cdrs
  REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION vobiz_sync.roll_up_calls();

CREATE FUNCTION vobiz_sync.roll_up_ledger() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  partners text[];
  accounts text[];
  buckets timestamptz[];
BEGIN
  IF TG_OP = 'INSERT' THEN
    SELECT array_agg(partner_id), array_agg(account_id), array_agg(bucket) INTO partners, accounts, buckets
    FROM (
      SELECT DISTINCT partner_id, account_id,
        vobiz_sync.bucket_of(vobiz_sync.entry_time(created_at, processed_at, window_day)) AS bucket
      FROM new_rows) k;
  ELSIF TG_OP = 'DELETE' THEN
    SELECT array_agg(partner_id), array_agg(account_id), array_agg(bucket) INTO partners, accounts, buckets
    FROM (
      SELECT DISTINCT partner_id, account_id,
        vobiz_sync.bucket_of(vobiz_sync.entry_time(created_at, processed_at, window_day)) AS bucket
      FROM old_rows) k;
  ELSE
    SELECT array_agg(partner_id), array_agg(account_id), array_agg(bucket) INTO partners, accounts, buckets
    FROM (
      SELECT partner_id, account_id,
        vobiz_sync.bucket_of(vobiz_sync.entry_time(created_at, processed_at, window_day)) AS bucket
      FROM old_rows UNION
      SELECT partner_id, account_id,
        vobiz_sync.bucket_of(vobiz_sync.entry_time(created_at, processed_at, window_day))
      FROM new_rows) k;
  END IF;
  IF partners IS NOT NULL THEN
    PERFORM vobiz_sync.mark_days('ledger', partners, accounts, buckets, vobiz_sync.lock_days('ledger', partners, buckets));
    PERFORM vobiz_sync.refresh_ledger(partners, accounts, buckets, vobiz_sync.bucket_ends(buckets));
  END IF;
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION vobiz_sync.roll_up_ledger() IS 'keeps the rollups of the ledger in the statement that changes entries';
CREATE TRIGGER roll_up_inserted AFTER INSERT ON vobiz.transactions
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION vobiz_sync.roll_up_ledger();
CREATE TRIGGER roll_up_updated AFTER UPDATE ON vobiz.transactions
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION vobiz_sync.roll_up_ledger();
CREATE TRIGGER roll_up_deleted AFTER DELETE ON vobiz.transactions
  REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION vobiz_sync.roll_up_ledger();

-- Takes the zone and the settle time of the configuration. The zone only while there are no rollups, since
-- every one of them depends on it. Returns the zone in force.
CREATE FUNCTION vobiz_sync.adopt_settings(new_zone text, new_settle interval) RETURNS text
  LANGUAGE plpgsql AS $$
DECLARE
  zone text;
BEGIN
  UPDATE vobiz.settings SET settle = new_settle WHERE settle <> new_settle;
  SELECT timezone INTO STRICT zone FROM vobiz.settings;
  IF zone = new_zone OR EXISTS (SELECT FROM vobiz.usage_buckets) OR EXISTS (SELECT FROM vobiz.ledger_buckets) THEN
    RETURN zone;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('vobiz rollups', 0));
  UPDATE vobiz.settings SET timezone = new_zone
  WHERE NOT EXISTS (SELECT FROM vobiz.usage_buckets) AND NOT EXISTS (SELECT FROM vobiz.ledger_buckets);
  RETURN (SELECT timezone FROM vobiz.settings);
END
$$;
COMMENT ON FUNCTION vobiz_sync.adopt_settings(text, interval) IS 'takes zone and settle time from the configuration, the zone only while there are no rollups; returns the zone in force';

-- What changes something is the daemon's alone.
REVOKE EXECUTE ON FUNCTION vobiz_sync.hold_lease(text, text, text, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vobiz_sync.hold_lease(text, text, text, bigint) TO vobiz_writer;
REVOKE EXECUTE ON FUNCTION vobiz_sync.lock_days(text, text[], timestamptz[]),
  vobiz_sync.refresh_calls(text[], text[], timestamptz[], timestamptz[], text),
  vobiz_sync.refresh_ledger(text[], text[], timestamptz[], timestamptz[]),
  vobiz_sync.mark_days(text, text[], text[], timestamptz[], text), vobiz_sync.store_marked_day(text),
  vobiz_sync.roll_up_calls(), vobiz_sync.roll_up_ledger(),
  vobiz_sync.adopt_settings(text, interval) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vobiz_sync.lock_days(text, text[], timestamptz[]),
  vobiz_sync.refresh_calls(text[], text[], timestamptz[], timestamptz[], text),
  vobiz_sync.refresh_ledger(text[], text[], timestamptz[], timestamptz[]),
  vobiz_sync.mark_days(text, text[], text[], timestamptz[], text), vobiz_sync.store_marked_day(text),
  vobiz_sync.roll_up_calls(), vobiz_sync.roll_up_ledger(),
  vobiz_sync.adopt_settings(text, interval) TO vobiz_writer;

-- How calls end, in FreeSWITCH's words, and what an end says of the network. The network effectiveness ratio
-- counts a call that the called side answered, did not answer or refused: the network did its part.
CREATE TABLE vobiz.hangup_causes (
  hangup_cause   text PRIMARY KEY,
  class          text NOT NULL CHECK (class IN ('answered', 'busy', 'no answer', 'rejected', 'cancelled', 'number', 'network', 'service')),
  counts_for_ner boolean NOT NULL,
  description    text NOT NULL
);
COMMENT ON TABLE vobiz.hangup_causes IS 'causes of a call''s end, to be edited by hand; a cause that is not here shows as class unknown';
COMMENT ON COLUMN vobiz.hangup_causes.hangup_cause IS 'the cause as the calls state it';
COMMENT ON COLUMN vobiz.hangup_causes.class IS 'kind of end';
COMMENT ON COLUMN vobiz.hangup_causes.counts_for_ner IS 'whether an unanswered call that ended so counts as the network''s success (busy, no answer, rejected by the user); answered calls always do';
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
