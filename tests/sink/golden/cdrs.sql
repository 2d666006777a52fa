-- merge of listed rows
WITH incoming AS MATERIALIZED (
SELECT DISTINCT ON (i."account_id", i."uuid") *
FROM unnest(:account_id_array::text[], :uuid_array::uuid[], :start_time_array::timestamptz[], :id_array::bigint[],
    :call_direction_array::text[], :caller_id_name_array::text[], :caller_id_number_array::text[],
    :destination_number_array::text[], :duration_array::integer[], :billsec_array::integer[],
    :ring_time_array::integer[], :progress_time_array::timestamptz[], :answer_time_array::timestamptz[],
    :end_time_array::timestamptz[], :created_at_array::timestamptz[], :updated_at_array::timestamptz[],
    :cost_array::numeric[], :streaming_cost_array::numeric[], :total_cost_array::numeric[], :currency_array::text[],
    :hangup_cause_array::text[], :hangup_cause_code_array::text[], :hangup_cause_name_array::text[],
    :hangup_disposition_array::text[], :hangup_source_array::text[], :failure_code_array::text[],
    :failure_reason_array::text[], :bridge_uuid_array::text[], :sip_call_id_array::text[],
    :sip_user_agent_array::text[], :codec_array::text[], :mos_array::numeric[], :jitter_array::numeric[],
    :packet_loss_array::numeric[], :network_addr_array::text[], :carrier_ip_array::text[], :context_array::text[],
    :region_array::text[], :origination_region_array::text[], :campaign_id_array::text[],
    :customer_endpoint_array::text[], :trunk_id_array::text[], :terminated_to_array::text[], :extra_array::jsonb[])
  WITH ORDINALITY AS i("account_id", "uuid", "start_time", "id", "call_direction", "caller_id_name",
    "caller_id_number", "destination_number", "duration", "billsec", "ring_time", "progress_time", "answer_time",
    "end_time", "created_at", "updated_at", "cost", "streaming_cost", "total_cost", "currency", "hangup_cause",
    "hangup_cause_code", "hangup_cause_name", "hangup_disposition", "hangup_source", "failure_code", "failure_reason",
    "bridge_uuid", "sip_call_id", "sip_user_agent", "codec", "mos", "jitter", "packet_loss", "network_addr",
    "carrier_ip", "context", "region", "origination_region", "campaign_id", "customer_endpoint", "trunk_id",
    "terminated_to", "extra", ordinality)
ORDER BY i."account_id", i."uuid", i."updated_at" DESC NULLS LAST, ordinality DESC),
joined AS MATERIALIZED (SELECT i."account_id" AS "account_id", i."uuid" AS "uuid", i."start_time" AS "start_time",
    i."id" AS "id", i."call_direction" AS "call_direction", i."caller_id_name" AS "caller_id_name",
    i."caller_id_number" AS "caller_id_number", i."destination_number" AS "destination_number",
    i."duration" AS "duration", i."billsec" AS "billsec", i."ring_time" AS "ring_time",
    i."progress_time" AS "progress_time", i."answer_time" AS "answer_time", i."end_time" AS "end_time",
    i."created_at" AS "created_at", i."updated_at" AS "updated_at", i."cost" AS "cost",
    i."streaming_cost" AS "streaming_cost", i."total_cost" AS "total_cost", i."currency" AS "currency",
    i."hangup_cause" AS "hangup_cause", i."hangup_cause_code" AS "hangup_cause_code",
    i."hangup_cause_name" AS "hangup_cause_name", i."hangup_disposition" AS "hangup_disposition",
    i."hangup_source" AS "hangup_source", i."failure_code" AS "failure_code", i."failure_reason" AS "failure_reason",
    i."bridge_uuid" AS "bridge_uuid", i."sip_call_id" AS "sip_call_id", i."sip_user_agent" AS "sip_user_agent",
    i."codec" AS "codec", i."mos" AS "mos", i."jitter" AS "jitter", i."packet_loss" AS "packet_loss",
    i."network_addr" AS "network_addr", i."carrier_ip" AS "carrier_ip", i."context" AS "context",
    i."region" AS "region", i."origination_region" AS "origination_region", i."campaign_id" AS "campaign_id",
    i."customer_endpoint" AS "customer_endpoint", i."trunk_id" AS "trunk_id", i."terminated_to" AS "terminated_to",
    i."extra" AS "extra", s.partner_id IS NOT NULL AS "is stored",
  s.partner_id IS NOT NULL AND CASE WHEN (i."updated_at" < s."updated_at") IS TRUE THEN s.removed_at IS NOT NULL
    ELSE (((ROW(i."account_id", i."uuid", i."start_time", i."id", i."call_direction", i."caller_id_name",
    i."caller_id_number", i."destination_number", i."duration", i."billsec", i."ring_time", i."progress_time",
    i."answer_time", i."end_time", i."created_at", i."updated_at", i."cost", i."streaming_cost", i."total_cost",
    i."currency", i."hangup_cause", i."hangup_cause_code", i."hangup_cause_name", i."hangup_disposition",
    i."hangup_source", i."failure_code", i."failure_reason", i."bridge_uuid", i."sip_call_id", i."sip_user_agent",
    i."codec", i."mos", i."jitter", i."packet_loss", i."network_addr", i."carrier_ip", i."context", i."region",
    i."origination_region", i."campaign_id", i."customer_endpoint", i."trunk_id", i."terminated_to",
    i."extra") IS DISTINCT FROM ROW(s."account_id", s."uuid", s."start_time", s."id", s."call_direction",
    s."caller_id_name", s."caller_id_number", s."destination_number", s."duration", s."billsec", s."ring_time",
    s."progress_time", s."answer_time", s."end_time", s."created_at", s."updated_at", s."cost", s."streaming_cost",
    s."total_cost", s."currency", s."hangup_cause", s."hangup_cause_code", s."hangup_cause_name",
    s."hangup_disposition", s."hangup_source", s."failure_code", s."failure_reason", s."bridge_uuid", s."sip_call_id",
    s."sip_user_agent", s."codec", s."mos", s."jitter", s."packet_loss", s."network_addr", s."carrier_ip", s."context",
    s."region", s."origination_region", s."campaign_id", s."customer_endpoint", s."trunk_id", s."terminated_to",
    s."extra") OR s.removed_at IS NOT NULL) OR s.found_by IS NOT NULL) OR ((i."start_time" AT TIME ZONE 'UTC')::date =
    :day::date AND s."window_day" <> :day::date AND (abs(s."window_day" - :day::date) > 1
    OR abs(extract(epoch FROM i."start_time" - greatest(s."window_day",
    :day::date)::timestamp AT TIME ZONE 'UTC')) > 3600))) END AS "is changed", s."billsec" AS "old billsec",
    s."cost" AS "old cost", s."streaming_cost" AS "old streaming_cost", s."total_cost" AS "old total_cost",
    s."start_time" AS "old start_time", s."partner_id" AS "old partner_id", s."end_time" AS "old end_time",
    s."duration" AS "old duration", s."window_day" AS "old window_day", s."removed_at" AS "old removed_at",
    s."found_by" AS "old found_by", s."account_id" AS "old account_id",
    (i."updated_at" < s."updated_at") IS TRUE AS "is older"
FROM incoming i LEFT JOIN LATERAL (
  SELECT * FROM (
    SELECT s.* FROM vobiz."cdrs" s WHERE s."account_id" || '' = i."account_id" AND s."uuid" = i."uuid"
      AND s."start_time" >= :search_from::date::timestamp AT TIME ZONE 'UTC'
      AND s."start_time" < :search_to::date::timestamp AT TIME ZONE 'UTC'
    UNION ALL
    SELECT s.* FROM vobiz_part."cdrs_default" s WHERE s."account_id" || '' = i."account_id" AND s."uuid" = i."uuid")
    s LIMIT 1) s ON true),
inserted AS (
INSERT INTO vobiz."cdrs" (partner_id, "account_id", "uuid", "start_time", "id", "call_direction", "caller_id_name",
    "caller_id_number", "destination_number", "duration", "billsec", "ring_time", "progress_time", "answer_time",
    "end_time", "created_at", "updated_at", "cost", "streaming_cost", "total_cost", "currency", "hangup_cause",
    "hangup_cause_code", "hangup_cause_name", "hangup_disposition", "hangup_source", "failure_code", "failure_reason",
    "bridge_uuid", "sip_call_id", "sip_user_agent", "codec", "mos", "jitter", "packet_loss", "network_addr",
    "carrier_ip", "context", "region", "origination_region", "campaign_id", "customer_endpoint", "trunk_id",
    "terminated_to", "extra", "window_day")
SELECT :partner, j."account_id", j."uuid", j."start_time", j."id", j."call_direction", j."caller_id_name",
    j."caller_id_number", j."destination_number", j."duration", j."billsec", j."ring_time", j."progress_time",
    j."answer_time", j."end_time", j."created_at", j."updated_at", j."cost", j."streaming_cost", j."total_cost",
    j."currency", j."hangup_cause", j."hangup_cause_code", j."hangup_cause_name", j."hangup_disposition",
    j."hangup_source", j."failure_code", j."failure_reason", j."bridge_uuid", j."sip_call_id", j."sip_user_agent",
    j."codec", j."mos", j."jitter", j."packet_loss", j."network_addr", j."carrier_ip", j."context", j."region",
    j."origination_region", j."campaign_id", j."customer_endpoint", j."trunk_id", j."terminated_to", j."extra",
    :day::date
FROM joined j WHERE j."is stored" IS FALSE RETURNING partner_id, "account_id", "start_time", "end_time", "duration",
    "window_day", "billsec", "total_cost"),
changed AS MATERIALIZED (SELECT * FROM joined WHERE "is changed"),
updated AS (
UPDATE vobiz."cdrs" t SET "account_id" = CASE WHEN c."is older" THEN t."account_id" ELSE c."account_id" END,
    "uuid" = CASE WHEN c."is older" THEN t."uuid" ELSE c."uuid" END,
    "start_time" = CASE WHEN c."is older" THEN t."start_time" ELSE c."start_time" END,
    "id" = CASE WHEN c."is older" THEN t."id" ELSE c."id" END,
    "call_direction" = CASE WHEN c."is older" THEN t."call_direction" ELSE c."call_direction" END,
    "caller_id_name" = CASE WHEN c."is older" THEN t."caller_id_name" ELSE c."caller_id_name" END,
    "caller_id_number" = CASE WHEN c."is older" THEN t."caller_id_number" ELSE c."caller_id_number" END,
    "destination_number" = CASE WHEN c."is older" THEN t."destination_number" ELSE c."destination_number" END,
    "duration" = CASE WHEN c."is older" THEN t."duration" ELSE c."duration" END,
    "billsec" = CASE WHEN c."is older" THEN t."billsec" ELSE c."billsec" END,
    "ring_time" = CASE WHEN c."is older" THEN t."ring_time" ELSE c."ring_time" END,
    "progress_time" = CASE WHEN c."is older" THEN t."progress_time" ELSE c."progress_time" END,
    "answer_time" = CASE WHEN c."is older" THEN t."answer_time" ELSE c."answer_time" END,
    "end_time" = CASE WHEN c."is older" THEN t."end_time" ELSE c."end_time" END,
    "created_at" = CASE WHEN c."is older" THEN t."created_at" ELSE c."created_at" END,
    "updated_at" = CASE WHEN c."is older" THEN t."updated_at" ELSE c."updated_at" END,
    "cost" = CASE WHEN c."is older" THEN t."cost" ELSE c."cost" END,
    "streaming_cost" = CASE WHEN c."is older" THEN t."streaming_cost" ELSE c."streaming_cost" END,
    "total_cost" = CASE WHEN c."is older" THEN t."total_cost" ELSE c."total_cost" END,
    "currency" = CASE WHEN c."is older" THEN t."currency" ELSE c."currency" END,
    "hangup_cause" = CASE WHEN c."is older" THEN t."hangup_cause" ELSE c."hangup_cause" END,
    "hangup_cause_code" = CASE WHEN c."is older" THEN t."hangup_cause_code" ELSE c."hangup_cause_code" END,
    "hangup_cause_name" = CASE WHEN c."is older" THEN t."hangup_cause_name" ELSE c."hangup_cause_name" END,
    "hangup_disposition" = CASE WHEN c."is older" THEN t."hangup_disposition" ELSE c."hangup_disposition" END,
    "hangup_source" = CASE WHEN c."is older" THEN t."hangup_source" ELSE c."hangup_source" END,
    "failure_code" = CASE WHEN c."is older" THEN t."failure_code" ELSE c."failure_code" END,
    "failure_reason" = CASE WHEN c."is older" THEN t."failure_reason" ELSE c."failure_reason" END,
    "bridge_uuid" = CASE WHEN c."is older" THEN t."bridge_uuid" ELSE c."bridge_uuid" END,
    "sip_call_id" = CASE WHEN c."is older" THEN t."sip_call_id" ELSE c."sip_call_id" END,
    "sip_user_agent" = CASE WHEN c."is older" THEN t."sip_user_agent" ELSE c."sip_user_agent" END,
    "codec" = CASE WHEN c."is older" THEN t."codec" ELSE c."codec" END,
    "mos" = CASE WHEN c."is older" THEN t."mos" ELSE c."mos" END,
    "jitter" = CASE WHEN c."is older" THEN t."jitter" ELSE c."jitter" END,
    "packet_loss" = CASE WHEN c."is older" THEN t."packet_loss" ELSE c."packet_loss" END,
    "network_addr" = CASE WHEN c."is older" THEN t."network_addr" ELSE c."network_addr" END,
    "carrier_ip" = CASE WHEN c."is older" THEN t."carrier_ip" ELSE c."carrier_ip" END,
    "context" = CASE WHEN c."is older" THEN t."context" ELSE c."context" END,
    "region" = CASE WHEN c."is older" THEN t."region" ELSE c."region" END,
    "origination_region" = CASE WHEN c."is older" THEN t."origination_region" ELSE c."origination_region" END,
    "campaign_id" = CASE WHEN c."is older" THEN t."campaign_id" ELSE c."campaign_id" END,
    "customer_endpoint" = CASE WHEN c."is older" THEN t."customer_endpoint" ELSE c."customer_endpoint" END,
    "trunk_id" = CASE WHEN c."is older" THEN t."trunk_id" ELSE c."trunk_id" END,
    "terminated_to" = CASE WHEN c."is older" THEN t."terminated_to" ELSE c."terminated_to" END,
    "extra" = CASE WHEN c."is older" THEN t."extra" ELSE c."extra" END, partner_id = :partner, changed_at = now(),
    removed_at = NULL, found_by = NULL,
  "window_day" = CASE WHEN c."start_time" IS DISTINCT FROM c."old start_time" OR c."old removed_at" IS NOT NULL
    OR c."old found_by" IS NOT NULL OR ((c."start_time" AT TIME ZONE 'UTC')::date = :day::date AND c."old
    window_day" <> :day::date AND (abs(c."old window_day" - :day::date) > 1
    OR abs(extract(epoch FROM c."start_time" - greatest(c."old window_day",
    :day::date)::timestamp AT TIME ZONE 'UTC')) > 3600)) THEN :day::date ELSE t."window_day" END
FROM changed c WHERE t."account_id" = c."account_id" AND t."uuid" = c."uuid"
  AND t."start_time" = c."old start_time"
  AND t."start_time" >= :stored_from::date::timestamp AT TIME ZONE 'UTC'
      AND t."start_time" < :stored_to::date::timestamp AT TIME ZONE 'UTC'
RETURNING t.partner_id, t."account_id", t."start_time", t."end_time", t."duration", t."window_day",
    c."old partner_id", c."old start_time", c."old end_time", c."old duration", t."billsec", t."total_cost",
    c."old account_id", c."old billsec", c."old total_cost", c."old removed_at", c."old window_day", c."old found_by"),
adjusted AS (
INSERT INTO vobiz.adjustments (partner_id, stream, account_id, row_key, window_day, column_name, old_value,
  new_value, difference, currency)
SELECT :partner, 'cdrs', c."account_id", c."uuid"::text, :day::date, v.name, v.old, v.new, v.difference, c.currency
FROM changed c CROSS JOIN LATERAL (VALUES
    ('billsec', c."old billsec"::text, c."billsec"::text, c."billsec"::numeric - c."old billsec",
    c."billsec" IS DISTINCT FROM c."old billsec"),
    ('cost', c."old cost"::text, c."cost"::text, c."cost"::numeric - c."old cost",
    c."cost" IS DISTINCT FROM c."old cost"),
    ('streaming_cost', c."old streaming_cost"::text, c."streaming_cost"::text,
    c."streaming_cost"::numeric - c."old streaming_cost", c."streaming_cost" IS DISTINCT FROM c."old streaming_cost"),
    ('total_cost', c."old total_cost"::text, c."total_cost"::text, c."total_cost"::numeric - c."old total_cost",
    c."total_cost" IS DISTINCT FROM c."old total_cost")) v(name, old, new, difference, differs)
WHERE v.differs AND NOT c."is older"),
after AS (SELECT count(*) AS rows, coalesce(sum(total_cost), 0) AS "cost", coalesce(sum(billsec), 0) AS "seconds",
    coalesce(sum(duration), 0) AS "duration" FROM (
  SELECT partner_id, "account_id", "duration", "billsec", "total_cost" FROM inserted WHERE (:scope = '*' OR
    "account_id" = :scope)
  UNION ALL SELECT partner_id, "account_id", "duration", "billsec",
    "total_cost" FROM updated WHERE (:scope = '*' OR "account_id" = :scope) AND "window_day" = :day::date) t),
before AS (SELECT count(*) AS rows, coalesce(sum(total_cost), 0) AS "cost", coalesce(sum(billsec), 0) AS "seconds",
    coalesce(sum(duration), 0) AS "duration" FROM (
  SELECT "old partner_id", "old account_id" AS "account_id", "old duration" AS "duration",
    "old billsec" AS "billsec", "old total_cost" AS "total_cost" FROM updated WHERE "old partner_id" = :partner AND
    (:scope = '*' OR "old account_id" = :scope) AND "old removed_at" IS NULL AND "old found_by" IS NULL AND "old
    window_day" = :day::date) t),
touched AS (
SELECT array_agg(partner_id)::text AS partners, array_agg("account_id")::text AS customers,
  array_agg(bucket)::text AS buckets, array_agg(until)::text AS ends
FROM (SELECT partner_id, "account_id", vobiz_sync.bucket_of(start_time) AS bucket,
    max(vobiz_sync.call_end(start_time, end_time, duration)) AS until FROM (
  SELECT partner_id, "account_id", "start_time", "end_time", "duration", "window_day" FROM inserted
  UNION ALL SELECT partner_id, "account_id", "start_time", "end_time", "duration", "window_day" FROM updated
  UNION ALL SELECT "old partner_id", "account_id", "old start_time", "old end_time", "old duration",
    "window_day" FROM updated) r
  GROUP BY 1, 2, 3) k),
strays AS (
INSERT INTO vobiz_sync.stray_days SELECT DISTINCT partner_id, "window_day" FROM (
  SELECT partner_id, "account_id", "start_time", "end_time", "duration", "window_day" FROM inserted
  UNION ALL SELECT partner_id, "account_id", "start_time", "end_time", "duration", "window_day" FROM updated) r
WHERE vobiz_sync.is_stray("start_time", "window_day") ON CONFLICT DO NOTHING)
SELECT (SELECT count(*) FROM inserted) AS inserted, (SELECT count(*) FROM updated) AS updated,
  (SELECT count(*) FROM incoming) AS read, (SELECT array_agg(DISTINCT "old window_day")::text FROM changed WHERE
    "old window_day" <> :day::date
    AND ("start_time" IS DISTINCT FROM "old start_time" OR "old removed_at" IS NOT NULL
    OR "old found_by" IS NOT NULL OR (("start_time" AT TIME ZONE 'UTC')::date = :day::date AND "old window_day" <>
    :day::date AND (abs("old window_day" - :day::date) > 1
    OR abs(extract(epoch FROM "start_time" - greatest("old window_day",
    :day::date)::timestamp AT TIME ZONE 'UTC')) > 3600)))) AS left_days,
  after.rows - before.rows AS rows, after."cost" - before."cost" AS "cost",
    after."seconds" - before."seconds" AS "seconds", after."duration" - before."duration" AS "duration",
    touched.partners, touched.customers, touched.buckets, touched.ends
FROM after, before, touched;

-- merge of rows found by id or by a span
WITH incoming AS MATERIALIZED (
SELECT DISTINCT ON (i."account_id", i."uuid") *
FROM unnest(:account_id_array::text[], :uuid_array::uuid[], :start_time_array::timestamptz[], :id_array::bigint[],
    :call_direction_array::text[], :caller_id_name_array::text[], :caller_id_number_array::text[],
    :destination_number_array::text[], :duration_array::integer[], :billsec_array::integer[],
    :ring_time_array::integer[], :progress_time_array::timestamptz[], :answer_time_array::timestamptz[],
    :end_time_array::timestamptz[], :created_at_array::timestamptz[], :updated_at_array::timestamptz[],
    :cost_array::numeric[], :streaming_cost_array::numeric[], :total_cost_array::numeric[], :currency_array::text[],
    :hangup_cause_array::text[], :hangup_cause_code_array::text[], :hangup_cause_name_array::text[],
    :hangup_disposition_array::text[], :hangup_source_array::text[], :failure_code_array::text[],
    :failure_reason_array::text[], :bridge_uuid_array::text[], :sip_call_id_array::text[],
    :sip_user_agent_array::text[], :codec_array::text[], :mos_array::numeric[], :jitter_array::numeric[],
    :packet_loss_array::numeric[], :network_addr_array::text[], :carrier_ip_array::text[], :context_array::text[],
    :region_array::text[], :origination_region_array::text[], :campaign_id_array::text[],
    :customer_endpoint_array::text[], :trunk_id_array::text[], :terminated_to_array::text[], :extra_array::jsonb[])
  WITH ORDINALITY AS i("account_id", "uuid", "start_time", "id", "call_direction", "caller_id_name",
    "caller_id_number", "destination_number", "duration", "billsec", "ring_time", "progress_time", "answer_time",
    "end_time", "created_at", "updated_at", "cost", "streaming_cost", "total_cost", "currency", "hangup_cause",
    "hangup_cause_code", "hangup_cause_name", "hangup_disposition", "hangup_source", "failure_code", "failure_reason",
    "bridge_uuid", "sip_call_id", "sip_user_agent", "codec", "mos", "jitter", "packet_loss", "network_addr",
    "carrier_ip", "context", "region", "origination_region", "campaign_id", "customer_endpoint", "trunk_id",
    "terminated_to", "extra", ordinality)
ORDER BY i."account_id", i."uuid", i."updated_at" DESC NULLS LAST, ordinality DESC),
joined AS MATERIALIZED (SELECT i."account_id" AS "account_id", i."uuid" AS "uuid", i."start_time" AS "start_time",
    i."id" AS "id", i."call_direction" AS "call_direction", i."caller_id_name" AS "caller_id_name",
    i."caller_id_number" AS "caller_id_number", i."destination_number" AS "destination_number",
    i."duration" AS "duration", i."billsec" AS "billsec", i."ring_time" AS "ring_time",
    i."progress_time" AS "progress_time", i."answer_time" AS "answer_time", i."end_time" AS "end_time",
    i."created_at" AS "created_at", i."updated_at" AS "updated_at", i."cost" AS "cost",
    i."streaming_cost" AS "streaming_cost", i."total_cost" AS "total_cost", i."currency" AS "currency",
    i."hangup_cause" AS "hangup_cause", i."hangup_cause_code" AS "hangup_cause_code",
    i."hangup_cause_name" AS "hangup_cause_name", i."hangup_disposition" AS "hangup_disposition",
    i."hangup_source" AS "hangup_source", i."failure_code" AS "failure_code", i."failure_reason" AS "failure_reason",
    i."bridge_uuid" AS "bridge_uuid", i."sip_call_id" AS "sip_call_id", i."sip_user_agent" AS "sip_user_agent",
    i."codec" AS "codec", i."mos" AS "mos", i."jitter" AS "jitter", i."packet_loss" AS "packet_loss",
    i."network_addr" AS "network_addr", i."carrier_ip" AS "carrier_ip", i."context" AS "context",
    i."region" AS "region", i."origination_region" AS "origination_region", i."campaign_id" AS "campaign_id",
    i."customer_endpoint" AS "customer_endpoint", i."trunk_id" AS "trunk_id", i."terminated_to" AS "terminated_to",
    i."extra" AS "extra", s.partner_id IS NOT NULL AS "is stored",
  s.partner_id IS NOT NULL AND CASE WHEN (i."updated_at" < s."updated_at") IS TRUE THEN s.removed_at IS NOT NULL
    ELSE ((ROW(i."account_id", i."uuid", i."start_time", i."id", i."call_direction", i."caller_id_name",
    i."caller_id_number", i."destination_number", i."duration", i."billsec", i."ring_time", i."progress_time",
    i."answer_time", i."end_time", i."created_at", i."updated_at", i."cost", i."streaming_cost", i."total_cost",
    i."currency", i."hangup_cause", i."hangup_cause_code", i."hangup_cause_name", i."hangup_disposition",
    i."hangup_source", i."failure_code", i."failure_reason", i."bridge_uuid", i."sip_call_id", i."sip_user_agent",
    i."codec", i."mos", i."jitter", i."packet_loss", i."network_addr", i."carrier_ip", i."context", i."region",
    i."origination_region", i."campaign_id", i."customer_endpoint", i."trunk_id", i."terminated_to",
    i."extra") IS DISTINCT FROM ROW(s."account_id", s."uuid", s."start_time", s."id", s."call_direction",
    s."caller_id_name", s."caller_id_number", s."destination_number", s."duration", s."billsec", s."ring_time",
    s."progress_time", s."answer_time", s."end_time", s."created_at", s."updated_at", s."cost", s."streaming_cost",
    s."total_cost", s."currency", s."hangup_cause", s."hangup_cause_code", s."hangup_cause_name",
    s."hangup_disposition", s."hangup_source", s."failure_code", s."failure_reason", s."bridge_uuid", s."sip_call_id",
    s."sip_user_agent", s."codec", s."mos", s."jitter", s."packet_loss", s."network_addr", s."carrier_ip", s."context",
    s."region", s."origination_region", s."campaign_id", s."customer_endpoint", s."trunk_id", s."terminated_to",
    s."extra") OR s.removed_at IS NOT NULL) OR s.found_by = 'id' AND :found_by = 'span') END AS "is changed",
    s."billsec" AS "old billsec", s."cost" AS "old cost", s."streaming_cost" AS "old streaming_cost",
    s."total_cost" AS "old total_cost", s."start_time" AS "old start_time", s."partner_id" AS "old partner_id",
    s."end_time" AS "old end_time", s."duration" AS "old duration", s."removed_at" AS "old removed_at",
    (i."updated_at" < s."updated_at") IS TRUE AS "is older"
FROM incoming i LEFT JOIN LATERAL (
  SELECT * FROM (
    SELECT s.* FROM vobiz."cdrs" s WHERE s."account_id" || '' = i."account_id" AND s."uuid" = i."uuid"
      AND s."start_time" >= :search_from::date::timestamp AT TIME ZONE 'UTC'
      AND s."start_time" < :search_to::date::timestamp AT TIME ZONE 'UTC'
    UNION ALL
    SELECT s.* FROM vobiz_part."cdrs_default" s WHERE s."account_id" || '' = i."account_id" AND s."uuid" = i."uuid")
    s LIMIT 1) s ON true),
inserted AS (
INSERT INTO vobiz."cdrs" (partner_id, "account_id", "uuid", "start_time", "id", "call_direction", "caller_id_name",
    "caller_id_number", "destination_number", "duration", "billsec", "ring_time", "progress_time", "answer_time",
    "end_time", "created_at", "updated_at", "cost", "streaming_cost", "total_cost", "currency", "hangup_cause",
    "hangup_cause_code", "hangup_cause_name", "hangup_disposition", "hangup_source", "failure_code", "failure_reason",
    "bridge_uuid", "sip_call_id", "sip_user_agent", "codec", "mos", "jitter", "packet_loss", "network_addr",
    "carrier_ip", "context", "region", "origination_region", "campaign_id", "customer_endpoint", "trunk_id",
    "terminated_to", "extra", "window_day", found_by)
SELECT :partner, j."account_id", j."uuid", j."start_time", j."id", j."call_direction", j."caller_id_name",
    j."caller_id_number", j."destination_number", j."duration", j."billsec", j."ring_time", j."progress_time",
    j."answer_time", j."end_time", j."created_at", j."updated_at", j."cost", j."streaming_cost", j."total_cost",
    j."currency", j."hangup_cause", j."hangup_cause_code", j."hangup_cause_name", j."hangup_disposition",
    j."hangup_source", j."failure_code", j."failure_reason", j."bridge_uuid", j."sip_call_id", j."sip_user_agent",
    j."codec", j."mos", j."jitter", j."packet_loss", j."network_addr", j."carrier_ip", j."context", j."region",
    j."origination_region", j."campaign_id", j."customer_endpoint", j."trunk_id", j."terminated_to", j."extra",
    (j."start_time" AT TIME ZONE 'UTC')::date, :found_by
FROM joined j WHERE j."is stored" IS FALSE RETURNING partner_id, "account_id", "start_time", "end_time", "duration",
    "window_day"),
changed AS MATERIALIZED (SELECT * FROM joined WHERE "is changed"),
updated AS (
UPDATE vobiz."cdrs" t SET "account_id" = CASE WHEN c."is older" THEN t."account_id" ELSE c."account_id" END,
    "uuid" = CASE WHEN c."is older" THEN t."uuid" ELSE c."uuid" END,
    "start_time" = CASE WHEN c."is older" THEN t."start_time" ELSE c."start_time" END,
    "id" = CASE WHEN c."is older" THEN t."id" ELSE c."id" END,
    "call_direction" = CASE WHEN c."is older" THEN t."call_direction" ELSE c."call_direction" END,
    "caller_id_name" = CASE WHEN c."is older" THEN t."caller_id_name" ELSE c."caller_id_name" END,
    "caller_id_number" = CASE WHEN c."is older" THEN t."caller_id_number" ELSE c."caller_id_number" END,
    "destination_number" = CASE WHEN c."is older" THEN t."destination_number" ELSE c."destination_number" END,
    "duration" = CASE WHEN c."is older" THEN t."duration" ELSE c."duration" END,
    "billsec" = CASE WHEN c."is older" THEN t."billsec" ELSE c."billsec" END,
    "ring_time" = CASE WHEN c."is older" THEN t."ring_time" ELSE c."ring_time" END,
    "progress_time" = CASE WHEN c."is older" THEN t."progress_time" ELSE c."progress_time" END,
    "answer_time" = CASE WHEN c."is older" THEN t."answer_time" ELSE c."answer_time" END,
    "end_time" = CASE WHEN c."is older" THEN t."end_time" ELSE c."end_time" END,
    "created_at" = CASE WHEN c."is older" THEN t."created_at" ELSE c."created_at" END,
    "updated_at" = CASE WHEN c."is older" THEN t."updated_at" ELSE c."updated_at" END,
    "cost" = CASE WHEN c."is older" THEN t."cost" ELSE c."cost" END,
    "streaming_cost" = CASE WHEN c."is older" THEN t."streaming_cost" ELSE c."streaming_cost" END,
    "total_cost" = CASE WHEN c."is older" THEN t."total_cost" ELSE c."total_cost" END,
    "currency" = CASE WHEN c."is older" THEN t."currency" ELSE c."currency" END,
    "hangup_cause" = CASE WHEN c."is older" THEN t."hangup_cause" ELSE c."hangup_cause" END,
    "hangup_cause_code" = CASE WHEN c."is older" THEN t."hangup_cause_code" ELSE c."hangup_cause_code" END,
    "hangup_cause_name" = CASE WHEN c."is older" THEN t."hangup_cause_name" ELSE c."hangup_cause_name" END,
    "hangup_disposition" = CASE WHEN c."is older" THEN t."hangup_disposition" ELSE c."hangup_disposition" END,
    "hangup_source" = CASE WHEN c."is older" THEN t."hangup_source" ELSE c."hangup_source" END,
    "failure_code" = CASE WHEN c."is older" THEN t."failure_code" ELSE c."failure_code" END,
    "failure_reason" = CASE WHEN c."is older" THEN t."failure_reason" ELSE c."failure_reason" END,
    "bridge_uuid" = CASE WHEN c."is older" THEN t."bridge_uuid" ELSE c."bridge_uuid" END,
    "sip_call_id" = CASE WHEN c."is older" THEN t."sip_call_id" ELSE c."sip_call_id" END,
    "sip_user_agent" = CASE WHEN c."is older" THEN t."sip_user_agent" ELSE c."sip_user_agent" END,
    "codec" = CASE WHEN c."is older" THEN t."codec" ELSE c."codec" END,
    "mos" = CASE WHEN c."is older" THEN t."mos" ELSE c."mos" END,
    "jitter" = CASE WHEN c."is older" THEN t."jitter" ELSE c."jitter" END,
    "packet_loss" = CASE WHEN c."is older" THEN t."packet_loss" ELSE c."packet_loss" END,
    "network_addr" = CASE WHEN c."is older" THEN t."network_addr" ELSE c."network_addr" END,
    "carrier_ip" = CASE WHEN c."is older" THEN t."carrier_ip" ELSE c."carrier_ip" END,
    "context" = CASE WHEN c."is older" THEN t."context" ELSE c."context" END,
    "region" = CASE WHEN c."is older" THEN t."region" ELSE c."region" END,
    "origination_region" = CASE WHEN c."is older" THEN t."origination_region" ELSE c."origination_region" END,
    "campaign_id" = CASE WHEN c."is older" THEN t."campaign_id" ELSE c."campaign_id" END,
    "customer_endpoint" = CASE WHEN c."is older" THEN t."customer_endpoint" ELSE c."customer_endpoint" END,
    "trunk_id" = CASE WHEN c."is older" THEN t."trunk_id" ELSE c."trunk_id" END,
    "terminated_to" = CASE WHEN c."is older" THEN t."terminated_to" ELSE c."terminated_to" END,
    "extra" = CASE WHEN c."is older" THEN t."extra" ELSE c."extra" END, partner_id = :partner, changed_at = now(),
    removed_at = NULL, found_by = CASE WHEN t.found_by = 'id' THEN :found_by ELSE t.found_by END
FROM changed c WHERE t."account_id" = c."account_id" AND t."uuid" = c."uuid"
  AND t."start_time" = c."old start_time"
  AND t."start_time" >= :stored_from::date::timestamp AT TIME ZONE 'UTC'
      AND t."start_time" < :stored_to::date::timestamp AT TIME ZONE 'UTC'
RETURNING t.partner_id, t."account_id", t."start_time", t."end_time", t."duration", t."window_day",
    c."old partner_id", c."old start_time", c."old end_time", c."old duration"),
adjusted AS (
INSERT INTO vobiz.adjustments (partner_id, stream, account_id, row_key, window_day, column_name, old_value,
  new_value, difference, currency)
SELECT :partner, 'cdrs', c."account_id", c."uuid"::text, NULL::date, v.name, v.old, v.new, v.difference, c.currency
FROM changed c CROSS JOIN LATERAL (VALUES
    ('billsec', c."old billsec"::text, c."billsec"::text, c."billsec"::numeric - c."old billsec",
    c."billsec" IS DISTINCT FROM c."old billsec"),
    ('cost', c."old cost"::text, c."cost"::text, c."cost"::numeric - c."old cost",
    c."cost" IS DISTINCT FROM c."old cost"),
    ('streaming_cost', c."old streaming_cost"::text, c."streaming_cost"::text,
    c."streaming_cost"::numeric - c."old streaming_cost", c."streaming_cost" IS DISTINCT FROM c."old streaming_cost"),
    ('total_cost', c."old total_cost"::text, c."total_cost"::text, c."total_cost"::numeric - c."old total_cost",
    c."total_cost" IS DISTINCT FROM c."old total_cost")) v(name, old, new, difference, differs)
WHERE v.differs AND NOT c."is older"),
touched AS (
SELECT array_agg(partner_id)::text AS partners, array_agg("account_id")::text AS customers,
  array_agg(bucket)::text AS buckets, array_agg(until)::text AS ends
FROM (SELECT partner_id, "account_id", vobiz_sync.bucket_of(start_time) AS bucket,
    max(vobiz_sync.call_end(start_time, end_time, duration)) AS until FROM (
  SELECT partner_id, "account_id", "start_time", "end_time", "duration", "window_day" FROM inserted
  UNION ALL SELECT partner_id, "account_id", "start_time", "end_time", "duration", "window_day" FROM updated
  UNION ALL SELECT "old partner_id", "account_id", "old start_time", "old end_time", "old duration",
    "window_day" FROM updated) r
  GROUP BY 1, 2, 3) k),
strays AS (
INSERT INTO vobiz_sync.stray_days SELECT DISTINCT partner_id, "window_day" FROM (
  SELECT partner_id, "account_id", "start_time", "end_time", "duration", "window_day" FROM inserted
  UNION ALL SELECT partner_id, "account_id", "start_time", "end_time", "duration", "window_day" FROM updated) r
WHERE vobiz_sync.is_stray("start_time", "window_day") ON CONFLICT DO NOTHING)
SELECT (SELECT count(*) FROM inserted) AS inserted, (SELECT count(*) FROM updated) AS updated,
  (SELECT count(*) FROM incoming) AS read, NULL AS left_days, touched.partners, touched.customers, touched.buckets,
    touched.ends
FROM touched;

-- is one of the batch stored
SELECT (SELECT count(DISTINCT v) < count(*) FROM unnest(:uuid_array::uuid[]) AS v("uuid"))
  OR EXISTS (SELECT FROM unnest(:uuid_array::uuid[]) AS v("uuid") CROSS JOIN LATERAL (SELECT FROM vobiz."cdrs" s
    WHERE s."uuid" = v."uuid"
    AND s."start_time" >= :search_from::date::timestamp AT TIME ZONE 'UTC'
      AND s."start_time" < :search_to::date::timestamp AT TIME ZONE 'UTC' LIMIT 1) s)
  OR EXISTS (SELECT FROM vobiz_part."cdrs_default")
    AND EXISTS (SELECT FROM unnest(:uuid_array::uuid[]) AS v("uuid") CROSS JOIN LATERAL (SELECT FROM
    vobiz_part."cdrs_default" s WHERE s."uuid" = v."uuid" LIMIT 1) s);

-- insert of new rows
WITH inserted AS (INSERT INTO vobiz."cdrs" (partner_id, "window_day", "account_id", "uuid", "start_time", "id",
    "call_direction", "caller_id_name", "caller_id_number", "destination_number", "duration", "billsec", "ring_time",
    "progress_time", "answer_time", "end_time", "created_at", "updated_at", "cost", "streaming_cost", "total_cost",
    "currency", "hangup_cause", "hangup_cause_code", "hangup_cause_name", "hangup_disposition", "hangup_source",
    "failure_code", "failure_reason", "bridge_uuid", "sip_call_id", "sip_user_agent", "codec", "mos", "jitter",
    "packet_loss", "network_addr", "carrier_ip", "context", "region", "origination_region", "campaign_id",
    "customer_endpoint", "trunk_id", "terminated_to", "extra")
SELECT :partner, :day::date, i.* FROM ROWS FROM (unnest(:account_id_array::text[], :uuid_array::uuid[],
    :start_time_array::timestamptz[], :id_array::bigint[], :call_direction_array::text[],
    :caller_id_name_array::text[], :caller_id_number_array::text[], :destination_number_array::text[],
    :duration_array::integer[], :billsec_array::integer[], :ring_time_array::integer[],
    :progress_time_array::timestamptz[], :answer_time_array::timestamptz[], :end_time_array::timestamptz[],
    :created_at_array::timestamptz[], :updated_at_array::timestamptz[], :cost_array::numeric[],
    :streaming_cost_array::numeric[], :total_cost_array::numeric[], :currency_array::text[],
    :hangup_cause_array::text[], :hangup_cause_code_array::text[], :hangup_cause_name_array::text[],
    :hangup_disposition_array::text[], :hangup_source_array::text[], :failure_code_array::text[],
    :failure_reason_array::text[], :bridge_uuid_array::text[], :sip_call_id_array::text[],
    :sip_user_agent_array::text[], :codec_array::text[], :mos_array::numeric[], :jitter_array::numeric[],
    :packet_loss_array::numeric[], :network_addr_array::text[], :carrier_ip_array::text[], :context_array::text[],
    :region_array::text[], :origination_region_array::text[], :campaign_id_array::text[],
    :customer_endpoint_array::text[], :trunk_id_array::text[], :terminated_to_array::text[],
    :extra_array::jsonb[])) AS i RETURNING partner_id, "account_id", "start_time", "end_time", "duration",
    "window_day", "billsec", "total_cost"),
figures AS (SELECT count(*) AS rows, coalesce(sum(total_cost), 0) AS "cost", coalesce(sum(billsec), 0) AS "seconds",
    coalesce(sum(duration), 0) AS "duration" FROM inserted t WHERE (:scope = '*' OR t."account_id" = :scope)),
touched AS (
SELECT array_agg(partner_id)::text AS partners, array_agg("account_id")::text AS customers,
  array_agg(bucket)::text AS buckets, array_agg(until)::text AS ends
FROM (SELECT partner_id, "account_id", vobiz_sync.bucket_of(start_time) AS bucket,
    max(vobiz_sync.call_end(start_time, end_time, duration)) AS until FROM (
  SELECT partner_id, "account_id", "start_time", "end_time", "duration", "window_day" FROM inserted) r
  GROUP BY 1, 2, 3) k),
strays AS (
INSERT INTO vobiz_sync.stray_days SELECT DISTINCT partner_id, "window_day" FROM (
  SELECT partner_id, "account_id", "start_time", "end_time", "duration", "window_day" FROM inserted) r
WHERE vobiz_sync.is_stray("start_time", "window_day") ON CONFLICT DO NOTHING)
SELECT (SELECT count(*) FROM inserted) AS inserted, figures.*, touched.partners, touched.customers, touched.buckets,
    touched.ends FROM figures, touched;

-- comparison, for verify
WITH incoming AS MATERIALIZED (
SELECT DISTINCT ON (i."account_id", i."uuid") *
FROM unnest(:account_id_array::text[], :uuid_array::uuid[], :start_time_array::timestamptz[], :id_array::bigint[],
    :call_direction_array::text[], :caller_id_name_array::text[], :caller_id_number_array::text[],
    :destination_number_array::text[], :duration_array::integer[], :billsec_array::integer[],
    :ring_time_array::integer[], :progress_time_array::timestamptz[], :answer_time_array::timestamptz[],
    :end_time_array::timestamptz[], :created_at_array::timestamptz[], :updated_at_array::timestamptz[],
    :cost_array::numeric[], :streaming_cost_array::numeric[], :total_cost_array::numeric[], :currency_array::text[],
    :hangup_cause_array::text[], :hangup_cause_code_array::text[], :hangup_cause_name_array::text[],
    :hangup_disposition_array::text[], :hangup_source_array::text[], :failure_code_array::text[],
    :failure_reason_array::text[], :bridge_uuid_array::text[], :sip_call_id_array::text[],
    :sip_user_agent_array::text[], :codec_array::text[], :mos_array::numeric[], :jitter_array::numeric[],
    :packet_loss_array::numeric[], :network_addr_array::text[], :carrier_ip_array::text[], :context_array::text[],
    :region_array::text[], :origination_region_array::text[], :campaign_id_array::text[],
    :customer_endpoint_array::text[], :trunk_id_array::text[], :terminated_to_array::text[], :extra_array::jsonb[])
  WITH ORDINALITY AS i("account_id", "uuid", "start_time", "id", "call_direction", "caller_id_name",
    "caller_id_number", "destination_number", "duration", "billsec", "ring_time", "progress_time", "answer_time",
    "end_time", "created_at", "updated_at", "cost", "streaming_cost", "total_cost", "currency", "hangup_cause",
    "hangup_cause_code", "hangup_cause_name", "hangup_disposition", "hangup_source", "failure_code", "failure_reason",
    "bridge_uuid", "sip_call_id", "sip_user_agent", "codec", "mos", "jitter", "packet_loss", "network_addr",
    "carrier_ip", "context", "region", "origination_region", "campaign_id", "customer_endpoint", "trunk_id",
    "terminated_to", "extra", ordinality)
ORDER BY i."account_id", i."uuid", i."updated_at" DESC NULLS LAST, ordinality DESC)
SELECT array_to_string(ARRAY[i."account_id"::text, i."uuid"::text], ' ') AS key,
  CASE WHEN s.partner_id IS NOT NULL THEN v.name END AS column_name, v.stored, v.listed
FROM incoming i LEFT JOIN LATERAL (
  SELECT * FROM (
    SELECT s.* FROM vobiz."cdrs" s WHERE s."account_id" || '' = i."account_id" AND s."uuid" = i."uuid"
      AND s."start_time" >= :search_from::date::timestamp AT TIME ZONE 'UTC'
      AND s."start_time" < :search_to::date::timestamp AT TIME ZONE 'UTC'
    UNION ALL
    SELECT s.* FROM vobiz_part."cdrs_default" s WHERE s."account_id" || '' = i."account_id" AND s."uuid" = i."uuid")
    s LIMIT 1) s ON true
LEFT JOIN LATERAL (VALUES
    ('account_id', s."account_id"::text, i."account_id"::text, i."account_id" IS DISTINCT FROM s."account_id"),
    ('uuid', s."uuid"::text, i."uuid"::text, i."uuid" IS DISTINCT FROM s."uuid"),
    ('start_time', s."start_time"::text, i."start_time"::text, i."start_time" IS DISTINCT FROM s."start_time"),
    ('id', s."id"::text, i."id"::text, i."id" IS DISTINCT FROM s."id"),
    ('call_direction', s."call_direction"::text, i."call_direction"::text,
    i."call_direction" IS DISTINCT FROM s."call_direction"),
    ('caller_id_name', s."caller_id_name"::text, i."caller_id_name"::text,
    i."caller_id_name" IS DISTINCT FROM s."caller_id_name"),
    ('caller_id_number', s."caller_id_number"::text, i."caller_id_number"::text,
    i."caller_id_number" IS DISTINCT FROM s."caller_id_number"),
    ('destination_number', s."destination_number"::text, i."destination_number"::text,
    i."destination_number" IS DISTINCT FROM s."destination_number"),
    ('duration', s."duration"::text, i."duration"::text, i."duration" IS DISTINCT FROM s."duration"),
    ('billsec', s."billsec"::text, i."billsec"::text, i."billsec" IS DISTINCT FROM s."billsec"),
    ('ring_time', s."ring_time"::text, i."ring_time"::text, i."ring_time" IS DISTINCT FROM s."ring_time"),
    ('progress_time', s."progress_time"::text, i."progress_time"::text,
    i."progress_time" IS DISTINCT FROM s."progress_time"),
    ('answer_time', s."answer_time"::text, i."answer_time"::text, i."answer_time" IS DISTINCT FROM s."answer_time"),
    ('end_time', s."end_time"::text, i."end_time"::text, i."end_time" IS DISTINCT FROM s."end_time"),
    ('created_at', s."created_at"::text, i."created_at"::text, i."created_at" IS DISTINCT FROM s."created_at"),
    ('updated_at', s."updated_at"::text, i."updated_at"::text, i."updated_at" IS DISTINCT FROM s."updated_at"),
    ('cost', s."cost"::text, i."cost"::text, i."cost" IS DISTINCT FROM s."cost"),
    ('streaming_cost', s."streaming_cost"::text, i."streaming_cost"::text,
    i."streaming_cost" IS DISTINCT FROM s."streaming_cost"),
    ('total_cost', s."total_cost"::text, i."total_cost"::text, i."total_cost" IS DISTINCT FROM s."total_cost"),
    ('currency', s."currency"::text, i."currency"::text, i."currency" IS DISTINCT FROM s."currency"),
    ('hangup_cause', s."hangup_cause"::text, i."hangup_cause"::text,
    i."hangup_cause" IS DISTINCT FROM s."hangup_cause"),
    ('hangup_cause_code', s."hangup_cause_code"::text, i."hangup_cause_code"::text,
    i."hangup_cause_code" IS DISTINCT FROM s."hangup_cause_code"),
    ('hangup_cause_name', s."hangup_cause_name"::text, i."hangup_cause_name"::text,
    i."hangup_cause_name" IS DISTINCT FROM s."hangup_cause_name"),
    ('hangup_disposition', s."hangup_disposition"::text, i."hangup_disposition"::text,
    i."hangup_disposition" IS DISTINCT FROM s."hangup_disposition"),
    ('hangup_source', s."hangup_source"::text, i."hangup_source"::text,
    i."hangup_source" IS DISTINCT FROM s."hangup_source"),
    ('failure_code', s."failure_code"::text, i."failure_code"::text,
    i."failure_code" IS DISTINCT FROM s."failure_code"),
    ('failure_reason', s."failure_reason"::text, i."failure_reason"::text,
    i."failure_reason" IS DISTINCT FROM s."failure_reason"),
    ('bridge_uuid', s."bridge_uuid"::text, i."bridge_uuid"::text, i."bridge_uuid" IS DISTINCT FROM s."bridge_uuid"),
    ('sip_call_id', s."sip_call_id"::text, i."sip_call_id"::text, i."sip_call_id" IS DISTINCT FROM s."sip_call_id"),
    ('sip_user_agent', s."sip_user_agent"::text, i."sip_user_agent"::text,
    i."sip_user_agent" IS DISTINCT FROM s."sip_user_agent"),
    ('codec', s."codec"::text, i."codec"::text, i."codec" IS DISTINCT FROM s."codec"),
    ('mos', s."mos"::text, i."mos"::text, i."mos" IS DISTINCT FROM s."mos"),
    ('jitter', s."jitter"::text, i."jitter"::text, i."jitter" IS DISTINCT FROM s."jitter"),
    ('packet_loss', s."packet_loss"::text, i."packet_loss"::text, i."packet_loss" IS DISTINCT FROM s."packet_loss"),
    ('network_addr', s."network_addr"::text, i."network_addr"::text,
    i."network_addr" IS DISTINCT FROM s."network_addr"),
    ('carrier_ip', s."carrier_ip"::text, i."carrier_ip"::text, i."carrier_ip" IS DISTINCT FROM s."carrier_ip"),
    ('context', s."context"::text, i."context"::text, i."context" IS DISTINCT FROM s."context"),
    ('region', s."region"::text, i."region"::text, i."region" IS DISTINCT FROM s."region"),
    ('origination_region', s."origination_region"::text, i."origination_region"::text,
    i."origination_region" IS DISTINCT FROM s."origination_region"),
    ('campaign_id', s."campaign_id"::text, i."campaign_id"::text, i."campaign_id" IS DISTINCT FROM s."campaign_id"),
    ('customer_endpoint', s."customer_endpoint"::text, i."customer_endpoint"::text,
    i."customer_endpoint" IS DISTINCT FROM s."customer_endpoint"),
    ('trunk_id', s."trunk_id"::text, i."trunk_id"::text, i."trunk_id" IS DISTINCT FROM s."trunk_id"),
    ('terminated_to', s."terminated_to"::text, i."terminated_to"::text,
    i."terminated_to" IS DISTINCT FROM s."terminated_to"),
    ('extra', s."extra"::text, i."extra"::text, i."extra" IS DISTINCT FROM s."extra")) v(name, stored, listed,
    differs)
  ON v.differs AND s.partner_id IS NOT NULL
WHERE s.partner_id IS NULL OR v.differs ORDER BY 1, 2;

-- is one of the batch in the default partition
SELECT EXISTS (SELECT FROM vobiz_part."cdrs_default" s JOIN unnest(:uuid_array::uuid[]) AS v("uuid") ON s."uuid" =
    v."uuid");

-- keys of a window
SELECT t."account_id", t."uuid" FROM vobiz."cdrs" t
WHERE t.partner_id = :partner AND t.removed_at IS NULL AND t.found_by IS NULL AND t."window_day" = :day::date
  AND (:scope = '*' OR t."account_id" = :scope)
  AND t."start_time" >= :first_time::timestamptz AND t."start_time" < :last_time::timestamptz;

-- keys near the midnights around it
SELECT t."account_id", t."uuid" FROM vobiz."cdrs" t
WHERE t.partner_id = :partner AND t.removed_at IS NULL AND t.found_by IS NULL AND t."window_day" IN (:day::date - 1,
    :day::date + 1)
  AND (:scope = '*' OR t."account_id" = :scope)
  AND t."start_time" >= :first_time::timestamptz AND t."start_time" < :last_time::timestamptz AND
    least(t."start_time", t."end_time", t."created_at") < greatest(t."window_day",
    :day::date)::timestamp AT TIME ZONE 'UTC' + interval '1 hour'
  AND greatest(t."start_time", t."end_time", t."created_at") > greatest(t."window_day",
    :day::date)::timestamp AT TIME ZONE 'UTC' - interval '1 hour';

-- figures of rows with these keys
SELECT count(*) AS rows, 0::bigint AS rejects, coalesce(sum(total_cost), 0) AS "cost", coalesce(sum(billsec),
    0) AS "seconds", coalesce(sum(duration), 0) AS "duration"
FROM unnest(:account_id_array::text[], :uuid_array::uuid[]) AS k("account_id",
    "uuid") JOIN vobiz."cdrs" t ON t."account_id" = k."account_id" AND t."uuid" = k."uuid"
WHERE t.partner_id = :partner AND t.removed_at IS NULL AND t.found_by IS NULL AND t."window_day" BETWEEN :day::date
    - 1 AND :day::date + 1
  AND (:scope = '*' OR t."account_id" = :scope)
  AND t."start_time" >= :first_time::timestamptz AND t."start_time" < :last_time::timestamptz;

-- their removal
WITH removed AS (
UPDATE vobiz."cdrs" t SET removed_at = now(), changed_at = now()
FROM unnest(:account_id_array::text[], :uuid_array::uuid[]) AS k("account_id", "uuid")
WHERE t."account_id" = k."account_id" AND t."uuid" = k."uuid"
  AND t.partner_id = :partner AND t.removed_at IS NULL AND t.found_by IS NULL AND t."window_day" = :day::date
  AND (:scope = '*' OR t."account_id" = :scope)
  AND t."start_time" >= :first_time::timestamptz AND t."start_time" < :last_time::timestamptz
RETURNING t.partner_id, t."account_id", t."start_time", t."end_time", t."duration", t."window_day"),
touched AS (
SELECT array_agg(partner_id)::text AS partners, array_agg("account_id")::text AS customers,
  array_agg(bucket)::text AS buckets, array_agg(until)::text AS ends
FROM (SELECT partner_id, "account_id", vobiz_sync.bucket_of(start_time) AS bucket,
    max(vobiz_sync.call_end(start_time, end_time, duration)) AS until FROM (
  SELECT partner_id, "account_id", "start_time", "end_time", "duration", "window_day" FROM removed) r
  GROUP BY 1, 2, 3) k)
SELECT (SELECT count(*) FROM removed) AS removed, touched.partners, touched.customers, touched.buckets, touched.ends
FROM touched;

-- were such rows removed beside it
SELECT EXISTS (SELECT FROM vobiz."cdrs" t
WHERE t.partner_id = :partner AND t.removed_at = now() AND t.found_by IS NULL AND t."window_day" IN (:day::date - 1,
    :day::date + 1)
  AND (:scope = '*' OR t."account_id" = :scope)
  AND t."start_time" >= :first_time::timestamptz AND t."start_time" < :last_time::timestamptz AND
    least(t."start_time", t."end_time", t."created_at") < greatest(t."window_day",
    :day::date)::timestamp AT TIME ZONE 'UTC' + interval '1 hour'
  AND greatest(t."start_time", t."end_time", t."created_at") > greatest(t."window_day",
    :day::date)::timestamp AT TIME ZONE 'UTC' - interval '1 hour');

-- figures of a window
SELECT count(*) AS rows,
  (SELECT count(*) FROM vobiz_sync.rejects r
  WHERE (r.partner_id, r.stream, r.scope, r.window_day) = (:partner, :stream, :scope, :day::date)
    AND r.resolved_at IS NULL) AS rejects, coalesce(sum(total_cost), 0) AS "cost", coalesce(sum(billsec),
    0) AS "seconds", coalesce(sum(duration), 0) AS "duration"
FROM vobiz."cdrs" t
WHERE t.partner_id = :partner AND t.removed_at IS NULL AND t.found_by IS NULL AND t."window_day" = :day::date
  AND (:scope = '*' OR t."account_id" = :scope)
  AND t."start_time" >= :first_time::timestamptz AND t."start_time" < :last_time::timestamptz;
