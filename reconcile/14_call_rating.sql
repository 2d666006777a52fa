-- check: call_rating
-- version: 1
-- inputs: cdrs, accounts
-- wait: 24h
-- formula: per call and leg, cost = rate * pulses(billsec), by the price list that held at the call's start in the
--   call's currency (between two readings of the lists: the one before or the one after). The pulse (1, 6, 15, 30 or
--   60 s) is the one that most calls of the account and direction fit exactly, of the day and, where not all fit one
--   of 1 s, of the newest 200 of the 28 days before. Streaming: at most its rate for the call's billable seconds, as it
--   may be shorter. Unanswered: the list's fee, where the account paid it for that direction in the last 28 days.
--   Without a price list in the currency: the rate that half of those calls share, or of the first day's where there
--   are none, else inconclusive
-- tolerance: one minor unit for each leg; without a price list two
-- break: rate: a call off its price; rate_off: most calls of an account's direction are, in one sum; voice_unrated:
--   talk that costs nothing beside a stream that does; streaming_rate: a stream above its price; fee_missing or, for
--   most calls of a direction, fees_missing: no fee for a call that was not answered. A call without any cost is
--   unrated's, a fee of another amount too, an amount below zero cdr_arithmetic's. Without a price list, a new rate of
--   most calls is rate_drift's
-- action: send the provider the uuid, the seconds, the price list's rate and the cost; have it rated again
WITH prices AS MATERIALIZED (
  SELECT * FROM vobiz.price_lists_of(:'partner', :'from'::timestamptz - interval '28 days', :'to'::timestamptz)),
pulses AS (SELECT unnest(ARRAY[1, 6, 15, 30, 60]) AS pulse),
calls AS MATERIALIZED (
  SELECT c.account_id, coalesce(c.currency, vobiz.account_currency(c.account_id)) AS currency, c.uuid, c.start_time,
    coalesce(c.call_direction, '') AS direction, coalesce(c.billsec, 0) AS billsec, coalesce(c.cost, 0) AS cost,
    coalesce(c.streaming_cost, 0) AS streaming_cost, coalesce(c.total_cost, 0) AS total_cost
  FROM vobiz.cdrs c
  WHERE c.partner_id = :'partner' AND c.start_time >= :'from'::timestamptz AND c.start_time < :'to'::timestamptz
    AND c.removed_at IS NULL),
units AS MATERIALIZED (
  SELECT currency, unit, power(10::numeric, ceil(log(2 * unit))) AS step
  FROM (SELECT currency, vobiz.minor_unit(:'partner', currency) AS unit
    FROM (SELECT DISTINCT currency FROM calls) c) u),
-- p: the prices that held; q: those that came between two readings, and may have held already.
legs AS MATERIALIZED (
  SELECT c.*, u.unit, u.step, p.rate, p.streaming_rate, p.fee, q.rate AS next_rate, q.streaming_rate AS next_streaming,
    q.fee AS next_fee
  FROM calls c JOIN units u USING (currency)
  LEFT JOIN prices p ON p.account_id = c.account_id AND p.currency = c.currency
    AND c.start_time >= p.valid_from AND c.start_time < p.valid_until
  LEFT JOIN prices q ON q.account_id = c.account_id AND q.currency = c.currency
    AND c.start_time >= q.maybe_from AND c.start_time < q.valid_from),
voice AS MATERIALIZED (
  SELECT l.*, by_second, abs(cost - by_second) <= unit OR coalesce(abs(cost - next_rate * billsec / 60) <= unit, false)
    AS fits
  FROM legs l CROSS JOIN LATERAL (SELECT rate * billsec / 60 AS by_second OFFSET 0) s
  WHERE billsec > 0 AND total_cost > 0 AND least(cost, streaming_cost) >= 0),
-- Most accounts end here: all their calls fit a pulse of one second.
directions AS MATERIALIZED (
  SELECT account_id, currency, direction, unit, step, count(*) AS calls, count(*) FILTER (WHERE fits) AS fitting,
    bool_and(rate IS NOT NULL) AS listed, count(*) FILTER (WHERE billsec >= 30) AS long_calls
  FROM voice GROUP BY account_id, currency, direction, unit, step),
before AS MATERIALIZED (
  SELECT d.account_id, d.currency, d.direction, d.unit, d.step, c.*, p.rate
  FROM directions d
  CROSS JOIN LATERAL (
    SELECT c.start_time, c.cost, c.billsec FROM vobiz.cdrs c
    WHERE c.account_id = d.account_id AND c.start_time < :'from'::timestamptz
      AND c.start_time >= :'from'::timestamptz - interval '28 days' AND c.removed_at IS NULL
      AND c.call_direction IS NOT DISTINCT FROM nullif(d.direction, '') AND c.billsec > 0 AND c.cost > 0
      AND (c.currency IS NULL OR c.currency = d.currency)
    ORDER BY c.start_time DESC LIMIT 200) c
  LEFT JOIN prices p ON p.account_id = d.account_id AND p.currency = d.currency
    AND c.start_time >= p.valid_from AND c.start_time < p.valid_until
  WHERE d.fitting < d.calls OR NOT d.listed),
-- With a price list: how many calls fit each pulse.
listed AS MATERIALIZED (
  SELECT DISTINCT ON (account_id, currency, direction) account_id, currency, direction, pulse
  FROM (
    SELECT v.account_id, v.currency, v.direction, k.pulse,
      abs(v.cost - v.rate * ceil(v.billsec::numeric / k.pulse) * k.pulse / 60) <= v.unit
        OR coalesce(abs(v.cost - v.next_rate * ceil(v.billsec::numeric / k.pulse) * k.pulse / 60) <= v.unit, false)
        AS fits
    FROM voice v JOIN directions d USING (account_id, currency, direction) CROSS JOIN pulses k
    WHERE d.listed AND d.fitting < d.calls
    UNION ALL
    SELECT b.account_id, b.currency, b.direction, k.pulse,
      abs(b.cost - b.rate * ceil(b.billsec::numeric / k.pulse) * k.pulse / 60) <= b.unit
    FROM before b JOIN directions d USING (account_id, currency, direction) CROSS JOIN pulses k
    WHERE d.listed) f
  GROUP BY account_id, currency, direction, pulse
  ORDER BY account_id, currency, direction, count(*) FILTER (WHERE fits) DESC, pulse),
-- Without one: the rate that half of the calls before share (where there are not 5, of the day), by the pulse that most
-- calls do by, those of the day too.
implied AS MATERIALIZED (
  SELECT c.*, k.pulse, m.minutes, round(c.cost / m.minutes / c.step) * c.step AS rate,
    c.today <> (count(*) FILTER (WHERE NOT c.today) OVER (PARTITION BY c.account_id, c.currency, c.direction, k.pulse)
      >= 5) AS basis
  FROM (
    SELECT b.account_id, b.currency, b.direction, b.step, b.cost, b.billsec, false AS today
    FROM before b JOIN directions d USING (account_id, currency, direction) WHERE NOT d.listed
    UNION ALL
    SELECT v.account_id, v.currency, v.direction, v.step, v.cost, v.billsec, true
    FROM voice v JOIN directions d USING (account_id, currency, direction) WHERE NOT d.listed) c
  CROSS JOIN pulses k
  CROSS JOIN LATERAL (SELECT ceil(c.billsec::numeric / k.pulse) * k.pulse / 60 AS minutes) m
  WHERE c.billsec >= 30),
own AS MATERIALIZED (
  SELECT DISTINCT ON (account_id, currency, direction) account_id, currency, direction, pulse,
    round(sum(i.cost) FILTER (WHERE i.shares AND i.basis)
      / sum(i.minutes) FILTER (WHERE i.shares AND i.basis), 8) AS rate
  FROM (
    SELECT i.*, m.calls, abs(i.rate - m.rate) <= i.step AS shares
    FROM (
      SELECT account_id, currency, direction, pulse, count(*) AS calls, mode() WITHIN GROUP (ORDER BY rate) AS rate
      FROM implied WHERE basis GROUP BY account_id, currency, direction, pulse HAVING count(*) >= 5) m
    JOIN implied i USING (account_id, currency, direction, pulse)) i
  GROUP BY account_id, currency, direction, pulse, calls
  HAVING count(*) FILTER (WHERE i.shares AND i.basis) * 2 >= calls
  ORDER BY account_id, currency, direction, count(*) FILTER (WHERE i.shares) DESC, pulse),
priced AS MATERIALIZED (
  SELECT d.*, coalesce(l.pulse, CASE WHEN d.listed THEN 1 ELSE o.pulse END) AS pulse, o.rate AS own_rate
  FROM directions d
  LEFT JOIN listed l USING (account_id, currency, direction)
  LEFT JOIN own o USING (account_id, currency, direction)),
judged AS MATERIALIZED (
  SELECT v.*, p.listed, p.pulse, p.calls, p.long_calls, p.own_rate, e.expected,
    v.cost = 0 AND e.expected > v.unit AS unrated,
    v.cost > 0 AND abs(v.cost - e.expected) > v.unit * CASE WHEN p.listed THEN 1 ELSE 2 END AS off
  FROM voice v JOIN priced p USING (account_id, currency, direction)
  CROSS JOIN LATERAL (
    SELECT CASE WHEN p.listed AND p.pulse = 1 AND v.next_rate IS NULL THEN v.by_second ELSE (
      SELECT CASE WHEN NOT p.listed THEN p.own_rate * m.minutes
        WHEN abs(v.cost - v.next_rate * m.minutes) <= v.unit THEN v.next_rate * m.minutes
        ELSE v.rate * m.minutes END
      FROM (SELECT ceil(v.billsec::numeric / p.pulse) * p.pulse / 60 AS minutes) m) END AS expected) e),
sums AS MATERIALIZED (
  SELECT account_id, currency, direction, calls, listed, pulse, long_calls, count(*) FILTER (WHERE off) AS off_calls,
    sum(expected) FILTER (WHERE off) AS off_expected, sum(cost) FILTER (WHERE off) AS off_cost,
    mode() WITHIN GROUP (ORDER BY round(cost * 60 / (ceil(billsec::numeric / pulse) * pulse) / step) * step)
      FILTER (WHERE off) AS off_rate,
    max(coalesce(rate, own_rate)) AS rate, max(unit) AS unit, sum(expected) AS expected, sum(cost) AS cost,
    bool_or(expected IS NULL) AS unknown, count(*) FILTER (WHERE off) * 2 > calls AND calls >= 3 AS as_a_whole
  FROM judged GROUP BY account_id, currency, direction, calls, listed, pulse, long_calls),
streams AS MATERIALIZED (
  SELECT l.account_id, l.currency, l.uuid, l.billsec, l.streaming_cost, l.unit,
    greatest(l.streaming_rate, l.next_streaming) AS rate,
    bool_or(l.streaming_cost > greatest(l.streaming_rate, l.next_streaming) * l.billsec / 60 + l.unit)
      OVER (PARTITION BY l.account_id, l.currency) AS some_above
  FROM legs l WHERE l.billsec > 0 AND l.streaming_cost > 0 AND l.streaming_rate IS NOT NULL),
stream_pulses AS (
  SELECT DISTINCT ON (account_id, currency) account_id, currency, pulse
  FROM streams s CROSS JOIN pulses k WHERE some_above
  GROUP BY account_id, currency, pulse
  ORDER BY account_id, currency, count(*) FILTER (WHERE
    abs(s.streaming_cost - s.rate * ceil(s.billsec::numeric / k.pulse) * k.pulse / 60) <= s.unit) DESC, pulse),
above AS (
  SELECT s.*, k.pulse, s.rate * ceil(s.billsec::numeric / k.pulse) * k.pulse / 60 AS expected
  FROM streams s JOIN stream_pulses k USING (account_id, currency) WHERE s.some_above),
unanswered AS MATERIALIZED (
  SELECT account_id, currency, direction, uuid, unit, fee, total_cost = 0 AND coalesce(next_fee, fee) > 0 AS free,
    count(*) FILTER (WHERE total_cost > 0) OVER side AS paid, count(*) OVER side AS calls,
    count(*) FILTER (WHERE total_cost = 0 AND coalesce(next_fee, fee) > 0) OVER side AS free_calls
  FROM legs WHERE billsec = 0 AND fee > 0
  WINDOW side AS (PARTITION BY account_id, currency, direction)),
paying AS MATERIALIZED (
  SELECT u.account_id, u.currency, u.direction
  FROM (SELECT account_id, currency, direction, max(paid) AS paid FROM unanswered WHERE free GROUP BY 1, 2, 3) u
  WHERE u.paid > 0 OR EXISTS (
    SELECT FROM (
      SELECT c.total_cost FROM vobiz.cdrs c
      WHERE c.account_id = u.account_id AND c.start_time < :'from'::timestamptz
        AND c.start_time >= :'from'::timestamptz - interval '28 days' AND c.removed_at IS NULL
        AND c.call_direction IS NOT DISTINCT FROM nullif(u.direction, '') AND coalesce(c.billsec, 0) = 0
        AND (c.currency IS NULL OR c.currency = u.currency)
      ORDER BY c.start_time DESC LIMIT 200) c
    WHERE c.total_cost > 0)),
unpaid AS MATERIALIZED (
  SELECT u.*, u.free_calls * 2 > u.calls AND u.free_calls >= 3 AS as_a_whole
  FROM unanswered u JOIN paying USING (account_id, currency, direction) WHERE u.free)
SELECT account_id, currency, NULL::text AS kind, NULL::text AS row_key,
  round(sum(expected), scale(max(unit))) AS expected, sum(cost) AS actual,
  max(unit) AS tolerance, sum(calls)::bigint AS rows, bool_or(unknown) AS inconclusive,
  string_agg(CASE
    WHEN unknown THEN format('%s: no price list in %s, and no rate that half of the calls share', direction,
      currency)
    WHEN as_a_whole AND NOT listed AND long_calls >= 5 THEN format('%s: a new rate, judged by rate_drift', direction)
    ELSE format('%s %s a minute%s, pulse %s s', direction, trim_scale(rate),
      CASE WHEN listed THEN '' ELSE ' by the calls before' END, pulse) END, '; ' ORDER BY direction) AS reason
FROM sums GROUP BY account_id, currency
UNION ALL
SELECT account_id, currency, NULL, NULL, NULL, NULL, max(unit), count(*), false, NULL
FROM unanswered GROUP BY account_id, currency
UNION ALL
SELECT account_id, currency, 'rate_off', direction, round(off_expected, scale(unit)), off_cost, unit, NULL, NULL,
  format('%s of %s %s calls are off the price of %s a minute, most at %s', off_calls, calls, direction,
    trim_scale(rate), trim_scale(off_rate))
FROM sums WHERE as_a_whole AND listed
UNION ALL
SELECT j.account_id, j.currency, CASE WHEN j.unrated THEN 'voice_unrated' ELSE 'rate' END, j.uuid::text,
  round(j.expected, scale(j.unit)), j.cost, j.unit, NULL, NULL,
  format('%s s at %s a minute by %s s', j.billsec, trim_scale(coalesce(j.rate, j.own_rate)), j.pulse)
FROM judged j JOIN sums s USING (account_id, currency, direction)
WHERE j.unrated OR j.off AND NOT (s.as_a_whole AND (j.listed OR j.long_calls >= 5))
UNION ALL
SELECT account_id, currency, 'streaming_rate', uuid::text, round(expected, scale(unit)), streaming_cost, unit, NULL,
  NULL, format('a stream of at most %s s at %s a minute', billsec, trim_scale(rate))
FROM above WHERE streaming_cost > expected + unit
UNION ALL
SELECT account_id, currency, 'fee_missing', uuid::text, fee, 0, unit, NULL, NULL,
  'not answered, and without the fee of the price list'
FROM unpaid WHERE NOT as_a_whole
UNION ALL
SELECT account_id, currency, 'fees_missing', direction, sum(fee), 0, max(unit), NULL, NULL,
  format('%s of %s unanswered %s calls without the fee of the price list', count(*), max(calls), direction)
FROM unpaid WHERE as_a_whole GROUP BY account_id, currency, direction
