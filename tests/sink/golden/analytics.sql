-- merge of listed rows
WITH incoming AS MATERIALIZED (
SELECT DISTINCT ON (:day::date) *
FROM unnest(:total_calls_array::bigint[], :answered_calls_array::bigint[], :failed_calls_array::bigint[],
    :total_duration_seconds_array::bigint[], :total_minutes_array::numeric[], :total_cost_array::numeric[],
    :currency_array::text[], :inbound_total_calls_array::bigint[], :inbound_answered_calls_array::bigint[],
    :inbound_total_minutes_array::numeric[], :inbound_total_cost_array::numeric[],
    :outbound_total_calls_array::bigint[], :outbound_answered_calls_array::bigint[],
    :outbound_total_minutes_array::numeric[], :outbound_total_cost_array::numeric[],
    :sip_trunking_total_calls_array::bigint[], :sip_trunking_answered_calls_array::bigint[],
    :sip_trunking_total_minutes_array::numeric[], :sip_trunking_total_cost_array::numeric[],
    :voice_api_total_calls_array::bigint[], :voice_api_answered_calls_array::bigint[],
    :voice_api_total_minutes_array::numeric[], :voice_api_total_cost_array::numeric[], :extra_array::jsonb[])
  WITH ORDINALITY AS i("total_calls", "answered_calls", "failed_calls", "total_duration_seconds", "total_minutes",
    "total_cost", "currency", "inbound_total_calls", "inbound_answered_calls", "inbound_total_minutes",
    "inbound_total_cost", "outbound_total_calls", "outbound_answered_calls", "outbound_total_minutes",
    "outbound_total_cost", "sip_trunking_total_calls", "sip_trunking_answered_calls", "sip_trunking_total_minutes",
    "sip_trunking_total_cost", "voice_api_total_calls", "voice_api_answered_calls", "voice_api_total_minutes",
    "voice_api_total_cost", "extra", ordinality)
ORDER BY :day::date, ordinality DESC),
joined AS MATERIALIZED (SELECT i."total_calls" AS "total_calls", i."answered_calls" AS "answered_calls",
    i."failed_calls" AS "failed_calls", i."total_duration_seconds" AS "total_duration_seconds",
    i."total_minutes" AS "total_minutes", i."total_cost" AS "total_cost", i."currency" AS "currency",
    i."inbound_total_calls" AS "inbound_total_calls", i."inbound_answered_calls" AS "inbound_answered_calls",
    i."inbound_total_minutes" AS "inbound_total_minutes", i."inbound_total_cost" AS "inbound_total_cost",
    i."outbound_total_calls" AS "outbound_total_calls", i."outbound_answered_calls" AS "outbound_answered_calls",
    i."outbound_total_minutes" AS "outbound_total_minutes", i."outbound_total_cost" AS "outbound_total_cost",
    i."sip_trunking_total_calls" AS "sip_trunking_total_calls",
    i."sip_trunking_answered_calls" AS "sip_trunking_answered_calls",
    i."sip_trunking_total_minutes" AS "sip_trunking_total_minutes",
    i."sip_trunking_total_cost" AS "sip_trunking_total_cost", i."voice_api_total_calls" AS "voice_api_total_calls",
    i."voice_api_answered_calls" AS "voice_api_answered_calls",
    i."voice_api_total_minutes" AS "voice_api_total_minutes", i."voice_api_total_cost" AS "voice_api_total_cost",
    i."extra" AS "extra", s.partner_id IS NOT NULL AS "is stored",
  s.partner_id IS NOT NULL AND ROW(i."total_calls", i."answered_calls", i."failed_calls",
    i."total_duration_seconds", i."total_minutes", i."total_cost", i."currency", i."inbound_total_calls",
    i."inbound_answered_calls", i."inbound_total_minutes", i."inbound_total_cost", i."outbound_total_calls",
    i."outbound_answered_calls", i."outbound_total_minutes", i."outbound_total_cost", i."sip_trunking_total_calls",
    i."sip_trunking_answered_calls", i."sip_trunking_total_minutes", i."sip_trunking_total_cost",
    i."voice_api_total_calls", i."voice_api_answered_calls", i."voice_api_total_minutes", i."voice_api_total_cost",
    i."extra") IS DISTINCT FROM ROW(s."total_calls", s."answered_calls", s."failed_calls", s."total_duration_seconds",
    s."total_minutes", s."total_cost", s."currency", s."inbound_total_calls", s."inbound_answered_calls",
    s."inbound_total_minutes", s."inbound_total_cost", s."outbound_total_calls", s."outbound_answered_calls",
    s."outbound_total_minutes", s."outbound_total_cost", s."sip_trunking_total_calls", s."sip_trunking_answered_calls",
    s."sip_trunking_total_minutes", s."sip_trunking_total_cost", s."voice_api_total_calls",
    s."voice_api_answered_calls", s."voice_api_total_minutes", s."voice_api_total_cost", s."extra") AS "is changed",
    s."partner_id" AS "old partner_id"
FROM incoming i LEFT JOIN LATERAL (
  SELECT s.* FROM vobiz."analytics_daily" s WHERE s."day" = :day::date AND s.partner_id = :partner LIMIT 1) s ON
    true),
inserted AS (
INSERT INTO vobiz."analytics_daily" (partner_id, "total_calls", "answered_calls", "failed_calls",
    "total_duration_seconds", "total_minutes", "total_cost", "currency", "inbound_total_calls",
    "inbound_answered_calls", "inbound_total_minutes", "inbound_total_cost", "outbound_total_calls",
    "outbound_answered_calls", "outbound_total_minutes", "outbound_total_cost", "sip_trunking_total_calls",
    "sip_trunking_answered_calls", "sip_trunking_total_minutes", "sip_trunking_total_cost", "voice_api_total_calls",
    "voice_api_answered_calls", "voice_api_total_minutes", "voice_api_total_cost", "extra", "day")
SELECT :partner, j."total_calls", j."answered_calls", j."failed_calls", j."total_duration_seconds",
    j."total_minutes", j."total_cost", j."currency", j."inbound_total_calls", j."inbound_answered_calls",
    j."inbound_total_minutes", j."inbound_total_cost", j."outbound_total_calls", j."outbound_answered_calls",
    j."outbound_total_minutes", j."outbound_total_cost", j."sip_trunking_total_calls", j."sip_trunking_answered_calls",
    j."sip_trunking_total_minutes", j."sip_trunking_total_cost", j."voice_api_total_calls",
    j."voice_api_answered_calls", j."voice_api_total_minutes", j."voice_api_total_cost", j."extra", :day::date
FROM joined j WHERE j."is stored" IS FALSE RETURNING partner_id),
changed AS MATERIALIZED (SELECT * FROM joined WHERE "is changed"),
updated AS (
UPDATE vobiz."analytics_daily" t SET "total_calls" = c."total_calls", "answered_calls" = c."answered_calls",
    "failed_calls" = c."failed_calls", "total_duration_seconds" = c."total_duration_seconds",
    "total_minutes" = c."total_minutes", "total_cost" = c."total_cost", "currency" = c."currency",
    "inbound_total_calls" = c."inbound_total_calls", "inbound_answered_calls" = c."inbound_answered_calls",
    "inbound_total_minutes" = c."inbound_total_minutes", "inbound_total_cost" = c."inbound_total_cost",
    "outbound_total_calls" = c."outbound_total_calls", "outbound_answered_calls" = c."outbound_answered_calls",
    "outbound_total_minutes" = c."outbound_total_minutes", "outbound_total_cost" = c."outbound_total_cost",
    "sip_trunking_total_calls" = c."sip_trunking_total_calls",
    "sip_trunking_answered_calls" = c."sip_trunking_answered_calls",
    "sip_trunking_total_minutes" = c."sip_trunking_total_minutes",
    "sip_trunking_total_cost" = c."sip_trunking_total_cost", "voice_api_total_calls" = c."voice_api_total_calls",
    "voice_api_answered_calls" = c."voice_api_answered_calls", "voice_api_total_minutes" = c."voice_api_total_minutes",
    "voice_api_total_cost" = c."voice_api_total_cost", "extra" = c."extra", partner_id = :partner, changed_at = now()
FROM changed c WHERE t."day" = :day::date AND t.partner_id = :partner
RETURNING t.partner_id, c."old partner_id"),
after AS (SELECT count(*) AS rows FROM (
  SELECT partner_id FROM inserted WHERE true
  UNION ALL SELECT partner_id FROM updated WHERE true) t),
before AS (SELECT count(*) AS rows FROM (
  SELECT "old partner_id" FROM updated WHERE "old partner_id" = :partner AND true) t)
SELECT (SELECT count(*) FROM inserted) AS inserted, (SELECT count(*) FROM updated) AS updated,
  (SELECT count(*) FROM incoming) AS read, NULL AS left_days,
  after.rows - before.rows AS rows
FROM after, before;

-- figures of a window
SELECT count(*) AS rows,
  (SELECT count(*) FROM vobiz_sync.rejects r
  WHERE (r.partner_id, r.stream, r.scope, r.window_day) = (:partner, :stream, :scope, :day::date)
    AND r.resolved_at IS NULL) AS rejects
FROM vobiz."analytics_daily" t
WHERE t.partner_id = :partner AND t."day" = :day::date;

-- merge of analytics_top_customers inside the rows
WITH incoming AS MATERIALIZED (
SELECT DISTINCT ON (i."auth_id") *
FROM unnest(:auth_id_array::text[], :name_array::text[], :calls_array::bigint[], :cost_array::numeric[],
    :extra_array::jsonb[])
  WITH ORDINALITY AS i("auth_id", "name", "calls", "cost", "extra", ordinality)
ORDER BY i."auth_id", ordinality DESC),
joined AS MATERIALIZED (SELECT i."auth_id" AS "auth_id", i."name" AS "name", i."calls" AS "calls",
    i."cost" AS "cost", i."extra" AS "extra", s.partner_id IS NOT NULL AS "is stored",
  s.partner_id IS NOT NULL AND ROW(i."auth_id", i."name", i."calls", i."cost",
    i."extra") IS DISTINCT FROM ROW(s."auth_id", s."name", s."calls", s."cost", s."extra") AS "is changed",
    s."partner_id" AS "old partner_id"
FROM incoming i LEFT JOIN LATERAL (
  SELECT s.* FROM vobiz."analytics_top_customers" s WHERE s."day" = :day::date AND s."auth_id" = i."auth_id" AND
    s.partner_id = :partner LIMIT 1) s ON true),
inserted AS (
INSERT INTO vobiz."analytics_top_customers" (partner_id, "auth_id", "name", "calls", "cost", "extra", "day")
SELECT :partner, j."auth_id", j."name", j."calls", j."cost", j."extra", :day::date
FROM joined j WHERE j."is stored" IS FALSE RETURNING partner_id),
changed AS MATERIALIZED (SELECT * FROM joined WHERE "is changed"),
updated AS (
UPDATE vobiz."analytics_top_customers" t SET "auth_id" = c."auth_id", "name" = c."name", "calls" = c."calls",
    "cost" = c."cost", "extra" = c."extra", partner_id = :partner, changed_at = now()
FROM changed c WHERE t."day" = :day::date AND t."auth_id" = c."auth_id" AND t.partner_id = :partner
RETURNING t.partner_id, c."old partner_id"),
after AS (SELECT count(*) AS rows FROM (
  SELECT partner_id FROM inserted WHERE true
  UNION ALL SELECT partner_id FROM updated WHERE true) t),
before AS (SELECT count(*) AS rows FROM (
  SELECT "old partner_id" FROM updated WHERE "old partner_id" = :partner AND true) t)
SELECT (SELECT count(*) FROM inserted) AS inserted, (SELECT count(*) FROM updated) AS updated,
  (SELECT count(*) FROM incoming) AS read, NULL AS left_days,
  after.rows - before.rows AS rows
FROM after, before;
