-- check: provider_totals
-- version: 2
-- inputs: cdrs, analytics
-- wait: 0h
-- formula: the provider's own figures of the day (analytics_daily) against our calls: number of calls, answered
--   calls, minutes (its total duration may count ringing or not: the nearer of the two) and cost in its currency. Where
--   the UTC day does not fit, the billing day is tried too, and the one that fits is named
-- tolerance: calls and answered calls 0; minutes 1 or 0.1 %, whichever is more; cost half a minor unit for each call
-- break: calls, answered, minutes or cost: the provider's figures hold something that its list of calls does not, or
--   the other way round. Figures that were read before one of the day's calls last changed are inconclusive
-- action: vobiz-syncd verify cdrs --day D; if that agrees, ask the provider what its analytics count
WITH a AS MATERIALIZED (
  SELECT d.*, coalesce(d.currency, p.currency, 'XXX') AS paid_in, w.read_at,
    coalesce(d.total_minutes, d.total_duration_seconds / 60.0) AS minutes, d.total_minutes IS NULL AS may_ring
  FROM vobiz.analytics_daily d
  LEFT JOIN vobiz.partners p ON p.auth_id = d.partner_id
  LEFT JOIN vobiz_sync.windows w ON (w.partner_id, w.stream, w.scope, w.day) = (d.partner_id, 'analytics', '*', d.day)
  WHERE d.partner_id = :'partner' AND d.day = :'day'::date),
spans AS (
  SELECT 'UTC' AS cut, :'day'::date::timestamp AT TIME ZONE 'UTC' AS starts,
    (:'day'::date + 1)::timestamp AT TIME ZONE 'UTC' AS ends
  UNION ALL SELECT :'zone', :'from'::timestamptz, :'to'::timestamptz
  WHERE :'from'::timestamptz <> :'day'::date::timestamp AT TIME ZONE 'UTC'),
-- One pass over both spans.
calls AS MATERIALIZED (
  SELECT c.start_time, coalesce(c.billsec, 0) AS billsec, coalesce(c.duration, 0) AS duration,
    coalesce(c.total_cost, 0) AS total_cost, coalesce(c.currency, vobiz.account_currency(c.account_id)) AS currency,
    c.changed_at
  FROM vobiz.cdrs c
  WHERE c.partner_id = :'partner' AND c.removed_at IS NULL
    AND c.start_time >= least(:'from'::timestamptz, :'day'::date::timestamp AT TIME ZONE 'UTC')
    AND c.start_time < greatest(:'to'::timestamptz, (:'day'::date + 1)::timestamp AT TIME ZONE 'UTC')),
ours AS (
  SELECT s.cut, count(c.start_time) AS calls, count(*) FILTER (WHERE c.billsec > 0) AS answered,
    coalesce(sum(c.billsec), 0) / 60.0 AS talked,
    coalesce(sum(c.duration), 0) / 60.0 AS rung,
    coalesce(sum(c.total_cost) FILTER (WHERE c.currency = a.paid_in), 0) AS cost, max(c.changed_at) AS changed_at
  FROM a CROSS JOIN spans s
  LEFT JOIN calls c ON c.start_time >= s.starts AND c.start_time < s.ends
  GROUP BY s.cut),
compared AS (
  SELECT o.cut, a.paid_in AS currency, o.calls AS rows, o.changed_at > a.read_at AS changed_since, r.*
  FROM a CROSS JOIN ours o
  CROSS JOIN LATERAL (VALUES
    ('calls', a.total_calls::numeric, o.calls::numeric, 0::numeric),
    ('answered', a.answered_calls, o.answered, 0),
    ('minutes', round(a.minutes, 2),
      round(
        CASE WHEN a.may_ring AND abs(o.rung - a.minutes) < abs(o.talked - a.minutes) THEN o.rung ELSE o.talked END, 2),
      greatest(1, a.minutes / 1000)),
    ('cost', a.total_cost, o.cost, o.calls * vobiz.minor_unit(:'partner', a.paid_in) / 2))
    r (kind, expected, actual, tolerance)),
judged AS (
  SELECT cut, bool_and(coalesce(abs(actual - expected) <= tolerance, true)) AS fits,
    bool_or(changed_since) AS changed_since
  FROM compared GROUP BY cut),
chosen AS (SELECT * FROM judged ORDER BY fits DESC, cut <> 'UTC' LIMIT 1)
SELECT '*' AS account_id, c.currency, NULL::text AS kind, NULL::text AS row_key, c.expected, c.actual, c.tolerance,
  c.rows,
  coalesce(NOT j.fits AND j.changed_since, false) AS inconclusive,
  CASE WHEN NOT j.fits AND j.changed_since THEN 'calls have changed since the analytics of the day were read'
    WHEN j.fits AND j.cut <> 'UTC'
      THEN format('the provider counts by the days of %s, not by UTC days', j.cut) END AS reason
FROM compared c JOIN chosen j USING (cut) WHERE c.kind = 'cost'
UNION ALL
SELECT '*', c.currency, c.kind, c.kind, c.expected, c.actual, c.tolerance, NULL, NULL,
  format('neither the UTC day nor the day of %s fits', :'zone')
FROM compared c JOIN chosen j USING (cut)
WHERE NOT j.fits AND NOT coalesce(j.changed_since, false) AND abs(c.actual - c.expected) > c.tolerance
UNION ALL
SELECT '*', '*', NULL, NULL, NULL, NULL, NULL, 0, true, 'the analytics hold no row for this day'
WHERE NOT EXISTS (SELECT FROM a)
