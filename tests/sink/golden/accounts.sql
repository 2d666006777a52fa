-- merge of listed rows
WITH incoming AS MATERIALIZED (
SELECT DISTINCT ON (i."auth_id") *
FROM unnest(:auth_id_array::text[], :id_array::text[], :api_id_array::text[], :owner_partner_id_array::text[],
    :name_array::text[], :email_array::text[], :phone_array::text[], :description_array::text[],
    :company_array::text[], :business_type_array::text[], :account_type_array::text[], :role_array::text[],
    :status_array::text[], :gstin_array::text[], :gst_status_array::text[], :tds_enabled_array::boolean[],
    :tds_percentage_array::numeric[], :postpaid_array::boolean[], :billing_mode_array::text[],
    :auto_recharge_array::boolean[], :auto_recharge_config_array::jsonb[], :cash_credits_array::numeric[],
    :currency_array::text[], :address_array::text[], :city_array::text[], :state_array::text[], :country_array::text[],
    :zip_code_array::text[], :timezone_array::text[], :cps_limit_array::integer[],
    :concurrent_calls_limit_array::integer[], :base_cps_limit_array::integer[],
    :base_concurrent_calls_limit_array::integer[], :purchased_cps_array::integer[],
    :purchased_concurrent_calls_array::integer[], :is_active_array::boolean[], :is_verified_array::boolean[],
    :is_trial_account_array::boolean[], :enabled_array::boolean[], :kyc_status_array::text[], :google_id_array::text[],
    :pricing_tier_id_array::text[], :resource_uri_array::text[], :created_at_array::timestamptz[],
    :updated_at_array::timestamptz[], :last_login_array::timestamptz[], :extra_array::jsonb[])
  WITH ORDINALITY AS i("auth_id", "id", "api_id", "owner_partner_id", "name", "email", "phone", "description",
    "company", "business_type", "account_type", "role", "status", "gstin", "gst_status", "tds_enabled",
    "tds_percentage", "postpaid", "billing_mode", "auto_recharge", "auto_recharge_config", "cash_credits", "currency",
    "address", "city", "state", "country", "zip_code", "timezone", "cps_limit", "concurrent_calls_limit",
    "base_cps_limit", "base_concurrent_calls_limit", "purchased_cps", "purchased_concurrent_calls", "is_active",
    "is_verified", "is_trial_account", "enabled", "kyc_status", "google_id", "pricing_tier_id", "resource_uri",
    "created_at", "updated_at", "last_login", "extra", ordinality)
ORDER BY i."auth_id", i."updated_at" DESC NULLS LAST, ordinality DESC),
joined AS MATERIALIZED (SELECT i."auth_id" AS "auth_id", i."id" AS "id", i."api_id" AS "api_id",
    i."owner_partner_id" AS "owner_partner_id", i."name" AS "name", i."email" AS "email", i."phone" AS "phone",
    i."description" AS "description", i."company" AS "company", i."business_type" AS "business_type",
    i."account_type" AS "account_type", i."role" AS "role", i."status" AS "status", i."gstin" AS "gstin",
    i."gst_status" AS "gst_status", i."tds_enabled" AS "tds_enabled", i."tds_percentage" AS "tds_percentage",
    i."postpaid" AS "postpaid", i."billing_mode" AS "billing_mode", i."auto_recharge" AS "auto_recharge",
    i."auto_recharge_config" AS "auto_recharge_config", i."cash_credits" AS "cash_credits", i."currency" AS "currency",
    i."address" AS "address", i."city" AS "city", i."state" AS "state", i."country" AS "country",
    i."zip_code" AS "zip_code", i."timezone" AS "timezone", i."cps_limit" AS "cps_limit",
    i."concurrent_calls_limit" AS "concurrent_calls_limit", i."base_cps_limit" AS "base_cps_limit",
    i."base_concurrent_calls_limit" AS "base_concurrent_calls_limit", i."purchased_cps" AS "purchased_cps",
    i."purchased_concurrent_calls" AS "purchased_concurrent_calls", i."is_active" AS "is_active",
    i."is_verified" AS "is_verified", i."is_trial_account" AS "is_trial_account", i."enabled" AS "enabled",
    i."kyc_status" AS "kyc_status", i."google_id" AS "google_id", i."pricing_tier_id" AS "pricing_tier_id",
    i."resource_uri" AS "resource_uri", i."created_at" AS "created_at", i."updated_at" AS "updated_at",
    i."last_login" AS "last_login", i."extra" AS "extra", s.partner_id IS NOT NULL AS "is stored",
  s.partner_id IS NOT NULL AND CASE WHEN (i."updated_at" < s."updated_at") IS TRUE THEN s.removed_at IS NOT NULL
    ELSE (ROW(i."auth_id", i."id", i."api_id", i."owner_partner_id", i."name", i."email", i."phone", i."description",
    i."company", i."business_type", i."account_type", i."role", i."status", i."gstin", i."gst_status", i."tds_enabled",
    i."tds_percentage", i."postpaid", i."billing_mode", i."auto_recharge", i."auto_recharge_config", i."cash_credits",
    i."currency", i."address", i."city", i."state", i."country", i."zip_code", i."timezone", i."cps_limit",
    i."concurrent_calls_limit", i."base_cps_limit", i."base_concurrent_calls_limit", i."purchased_cps",
    i."purchased_concurrent_calls", i."is_active", i."is_verified", i."is_trial_account", i."enabled", i."kyc_status",
    i."google_id", i."pricing_tier_id", i."resource_uri", i."created_at", i."updated_at", i."last_login",
    i."extra") IS DISTINCT FROM ROW(s."auth_id", s."id", s."api_id", s."owner_partner_id", s."name", s."email",
    s."phone", s."description", s."company", s."business_type", s."account_type", s."role", s."status", s."gstin",
    s."gst_status", s."tds_enabled", s."tds_percentage", s."postpaid", s."billing_mode", s."auto_recharge",
    s."auto_recharge_config", s."cash_credits", s."currency", s."address", s."city", s."state", s."country",
    s."zip_code", s."timezone", s."cps_limit", s."concurrent_calls_limit", s."base_cps_limit",
    s."base_concurrent_calls_limit", s."purchased_cps", s."purchased_concurrent_calls", s."is_active", s."is_verified",
    s."is_trial_account", s."enabled", s."kyc_status", s."google_id", s."pricing_tier_id", s."resource_uri",
    s."created_at", s."updated_at", s."last_login", s."extra") OR s.removed_at IS NOT NULL) END AS "is changed",
    s."removed_at" AS "old removed_at", s."partner_id" AS "old partner_id",
    (i."updated_at" < s."updated_at") IS TRUE AS "is older"
FROM incoming i LEFT JOIN LATERAL (
  SELECT s.* FROM vobiz."accounts" s WHERE s."auth_id" = i."auth_id" LIMIT 1) s ON true),
inserted AS (
INSERT INTO vobiz."accounts" (partner_id, "auth_id", "id", "api_id", "owner_partner_id", "name", "email", "phone",
    "description", "company", "business_type", "account_type", "role", "status", "gstin", "gst_status", "tds_enabled",
    "tds_percentage", "postpaid", "billing_mode", "auto_recharge", "auto_recharge_config", "cash_credits", "currency",
    "address", "city", "state", "country", "zip_code", "timezone", "cps_limit", "concurrent_calls_limit",
    "base_cps_limit", "base_concurrent_calls_limit", "purchased_cps", "purchased_concurrent_calls", "is_active",
    "is_verified", "is_trial_account", "enabled", "kyc_status", "google_id", "pricing_tier_id", "resource_uri",
    "created_at", "updated_at", "last_login", "extra")
SELECT :partner, j."auth_id", j."id", j."api_id", j."owner_partner_id", j."name", j."email", j."phone",
    j."description", j."company", j."business_type", j."account_type", j."role", j."status", j."gstin", j."gst_status",
    j."tds_enabled", j."tds_percentage", j."postpaid", j."billing_mode", j."auto_recharge", j."auto_recharge_config",
    j."cash_credits", j."currency", j."address", j."city", j."state", j."country", j."zip_code", j."timezone",
    j."cps_limit", j."concurrent_calls_limit", j."base_cps_limit", j."base_concurrent_calls_limit", j."purchased_cps",
    j."purchased_concurrent_calls", j."is_active", j."is_verified", j."is_trial_account", j."enabled", j."kyc_status",
    j."google_id", j."pricing_tier_id", j."resource_uri", j."created_at", j."updated_at", j."last_login", j."extra"
FROM joined j WHERE j."is stored" IS FALSE RETURNING partner_id),
changed AS MATERIALIZED (SELECT * FROM joined WHERE "is changed"),
updated AS (
UPDATE vobiz."accounts" t SET "auth_id" = CASE WHEN c."is older" THEN t."auth_id" ELSE c."auth_id" END,
    "id" = CASE WHEN c."is older" THEN t."id" ELSE c."id" END,
    "api_id" = CASE WHEN c."is older" THEN t."api_id" ELSE c."api_id" END,
    "owner_partner_id" = CASE WHEN c."is older" THEN t."owner_partner_id" ELSE c."owner_partner_id" END,
    "name" = CASE WHEN c."is older" THEN t."name" ELSE c."name" END,
    "email" = CASE WHEN c."is older" THEN t."email" ELSE c."email" END,
    "phone" = CASE WHEN c."is older" THEN t."phone" ELSE c."phone" END,
    "description" = CASE WHEN c."is older" THEN t."description" ELSE c."description" END,
    "company" = CASE WHEN c."is older" THEN t."company" ELSE c."company" END,
    "business_type" = CASE WHEN c."is older" THEN t."business_type" ELSE c."business_type" END,
    "account_type" = CASE WHEN c."is older" THEN t."account_type" ELSE c."account_type" END,
    "role" = CASE WHEN c."is older" THEN t."role" ELSE c."role" END,
    "status" = CASE WHEN c."is older" THEN t."status" ELSE c."status" END,
    "gstin" = CASE WHEN c."is older" THEN t."gstin" ELSE c."gstin" END,
    "gst_status" = CASE WHEN c."is older" THEN t."gst_status" ELSE c."gst_status" END,
    "tds_enabled" = CASE WHEN c."is older" THEN t."tds_enabled" ELSE c."tds_enabled" END,
    "tds_percentage" = CASE WHEN c."is older" THEN t."tds_percentage" ELSE c."tds_percentage" END,
    "postpaid" = CASE WHEN c."is older" THEN t."postpaid" ELSE c."postpaid" END,
    "billing_mode" = CASE WHEN c."is older" THEN t."billing_mode" ELSE c."billing_mode" END,
    "auto_recharge" = CASE WHEN c."is older" THEN t."auto_recharge" ELSE c."auto_recharge" END,
    "auto_recharge_config" = CASE WHEN c."is older" THEN t."auto_recharge_config" ELSE c."auto_recharge_config" END,
    "cash_credits" = CASE WHEN c."is older" THEN t."cash_credits" ELSE c."cash_credits" END,
    "currency" = CASE WHEN c."is older" THEN t."currency" ELSE c."currency" END,
    "address" = CASE WHEN c."is older" THEN t."address" ELSE c."address" END,
    "city" = CASE WHEN c."is older" THEN t."city" ELSE c."city" END,
    "state" = CASE WHEN c."is older" THEN t."state" ELSE c."state" END,
    "country" = CASE WHEN c."is older" THEN t."country" ELSE c."country" END,
    "zip_code" = CASE WHEN c."is older" THEN t."zip_code" ELSE c."zip_code" END,
    "timezone" = CASE WHEN c."is older" THEN t."timezone" ELSE c."timezone" END,
    "cps_limit" = CASE WHEN c."is older" THEN t."cps_limit" ELSE c."cps_limit" END,
    "concurrent_calls_limit" = CASE WHEN c."is older" THEN t."concurrent_calls_limit" ELSE c."concurrent_calls_limit"
    END, "base_cps_limit" = CASE WHEN c."is older" THEN t."base_cps_limit" ELSE c."base_cps_limit" END,
    "base_concurrent_calls_limit" = CASE WHEN c."is older" THEN t."base_concurrent_calls_limit" ELSE
    c."base_concurrent_calls_limit" END, "purchased_cps" = CASE WHEN c."is older" THEN t."purchased_cps" ELSE
    c."purchased_cps" END, "purchased_concurrent_calls" = CASE WHEN c."is older" THEN t."purchased_concurrent_calls"
    ELSE c."purchased_concurrent_calls" END, "is_active" = CASE WHEN c."is older" THEN t."is_active" ELSE c."is_active"
    END, "is_verified" = CASE WHEN c."is older" THEN t."is_verified" ELSE c."is_verified" END,
    "is_trial_account" = CASE WHEN c."is older" THEN t."is_trial_account" ELSE c."is_trial_account" END,
    "enabled" = CASE WHEN c."is older" THEN t."enabled" ELSE c."enabled" END,
    "kyc_status" = CASE WHEN c."is older" THEN t."kyc_status" ELSE c."kyc_status" END,
    "google_id" = CASE WHEN c."is older" THEN t."google_id" ELSE c."google_id" END,
    "pricing_tier_id" = CASE WHEN c."is older" THEN t."pricing_tier_id" ELSE c."pricing_tier_id" END,
    "resource_uri" = CASE WHEN c."is older" THEN t."resource_uri" ELSE c."resource_uri" END,
    "created_at" = CASE WHEN c."is older" THEN t."created_at" ELSE c."created_at" END,
    "updated_at" = CASE WHEN c."is older" THEN t."updated_at" ELSE c."updated_at" END,
    "last_login" = CASE WHEN c."is older" THEN t."last_login" ELSE c."last_login" END,
    "extra" = CASE WHEN c."is older" THEN t."extra" ELSE c."extra" END, partner_id = :partner, changed_at = now(),
    removed_at = NULL
FROM changed c WHERE t."auth_id" = c."auth_id"
RETURNING t.partner_id, c."old partner_id", c."old removed_at"),
after AS (SELECT count(*) AS rows FROM (
  SELECT partner_id FROM inserted WHERE true
  UNION ALL SELECT partner_id FROM updated WHERE true) t),
before AS (SELECT count(*) AS rows FROM (
  SELECT "old partner_id" FROM updated WHERE "old partner_id" = :partner AND true AND "old removed_at" IS NULL) t)
SELECT (SELECT count(*) FROM inserted) AS inserted, (SELECT count(*) FROM updated) AS updated,
  (SELECT count(*) FROM incoming) AS read, NULL AS left_days,
  after.rows - before.rows AS rows
FROM after, before;

-- keys of a window
SELECT t."auth_id" FROM vobiz."accounts" t
WHERE t.partner_id = :partner AND t.removed_at IS NULL;

-- figures of rows with these keys
SELECT count(*) AS rows, 0::bigint AS rejects
FROM unnest(:auth_id_array::text[]) AS k("auth_id") JOIN vobiz."accounts" t ON t."auth_id" = k."auth_id"
WHERE t.partner_id = :partner AND t.removed_at IS NULL;

-- their removal
WITH removed AS (
UPDATE vobiz."accounts" t SET removed_at = now(), changed_at = now()
FROM unnest(:auth_id_array::text[]) AS k("auth_id")
WHERE t."auth_id" = k."auth_id"
  AND t.partner_id = :partner AND t.removed_at IS NULL
RETURNING 1)
SELECT (SELECT count(*) FROM removed) AS removed;

-- figures of a window
SELECT count(*) AS rows,
  (SELECT count(*) FROM vobiz_sync.rejects r
  WHERE (r.partner_id, r.stream, r.scope, r.window_day) = (:partner, :stream, :scope, :day::date)
    AND r.resolved_at IS NULL) AS rejects
FROM vobiz."accounts" t
WHERE t.partner_id = :partner AND t.removed_at IS NULL;

-- merge of pricing_tiers inside the rows
WITH incoming AS MATERIALIZED (
SELECT DISTINCT ON (i."id") *
FROM unnest(:id_array::text[], :name_array::text[], :currency_array::text[], :rate_per_minute_array::numeric[],
    :streaming_rate_per_minute_array::numeric[], :recording_rate_per_minute_array::numeric[],
    :whatsapp_voice_rate_array::numeric[], :transcription_rate_per_minute_array::numeric[],
    :pii_redaction_rate_per_minute_array::numeric[], :charge_non_connected_calls_array::boolean[],
    :non_connected_call_fee_array::numeric[], :did_release_fee_array::numeric[], :is_active_array::boolean[],
    :is_default_array::boolean[], :owner_partner_id_array::text[], :extra_array::jsonb[])
  WITH ORDINALITY AS i("id", "name", "currency", "rate_per_minute", "streaming_rate_per_minute",
    "recording_rate_per_minute", "whatsapp_voice_rate", "transcription_rate_per_minute",
    "pii_redaction_rate_per_minute", "charge_non_connected_calls", "non_connected_call_fee", "did_release_fee",
    "is_active", "is_default", "owner_partner_id", "extra", ordinality)
ORDER BY i."id", ordinality DESC),
joined AS MATERIALIZED (SELECT i."id" AS "id", i."name" AS "name", i."currency" AS "currency",
    i."rate_per_minute" AS "rate_per_minute", i."streaming_rate_per_minute" AS "streaming_rate_per_minute",
    i."recording_rate_per_minute" AS "recording_rate_per_minute", i."whatsapp_voice_rate" AS "whatsapp_voice_rate",
    i."transcription_rate_per_minute" AS "transcription_rate_per_minute",
    i."pii_redaction_rate_per_minute" AS "pii_redaction_rate_per_minute",
    i."charge_non_connected_calls" AS "charge_non_connected_calls",
    i."non_connected_call_fee" AS "non_connected_call_fee", i."did_release_fee" AS "did_release_fee",
    i."is_active" AS "is_active", i."is_default" AS "is_default", i."owner_partner_id" AS "owner_partner_id",
    i."extra" AS "extra", s.partner_id IS NOT NULL AS "is stored",
  s.partner_id IS NOT NULL AND ROW(i."id", i."name", i."currency", i."rate_per_minute",
    i."streaming_rate_per_minute", i."recording_rate_per_minute", i."whatsapp_voice_rate",
    i."transcription_rate_per_minute", i."pii_redaction_rate_per_minute", i."charge_non_connected_calls",
    i."non_connected_call_fee", i."did_release_fee", i."is_active", i."is_default", i."owner_partner_id",
    i."extra") IS DISTINCT FROM ROW(s."id", s."name", s."currency", s."rate_per_minute", s."streaming_rate_per_minute",
    s."recording_rate_per_minute", s."whatsapp_voice_rate", s."transcription_rate_per_minute",
    s."pii_redaction_rate_per_minute", s."charge_non_connected_calls", s."non_connected_call_fee", s."did_release_fee",
    s."is_active", s."is_default", s."owner_partner_id", s."extra") AS "is changed", s."partner_id" AS "old partner_id"
FROM incoming i LEFT JOIN LATERAL (
  SELECT s.* FROM vobiz."pricing_tiers" s WHERE s."id" = i."id" LIMIT 1) s ON true),
inserted AS (
INSERT INTO vobiz."pricing_tiers" (partner_id, "id", "name", "currency", "rate_per_minute",
    "streaming_rate_per_minute", "recording_rate_per_minute", "whatsapp_voice_rate", "transcription_rate_per_minute",
    "pii_redaction_rate_per_minute", "charge_non_connected_calls", "non_connected_call_fee", "did_release_fee",
    "is_active", "is_default", "owner_partner_id", "extra")
SELECT :partner, j."id", j."name", j."currency", j."rate_per_minute", j."streaming_rate_per_minute",
    j."recording_rate_per_minute", j."whatsapp_voice_rate", j."transcription_rate_per_minute",
    j."pii_redaction_rate_per_minute", j."charge_non_connected_calls", j."non_connected_call_fee", j."did_release_fee",
    j."is_active", j."is_default", j."owner_partner_id", j."extra"
FROM joined j WHERE j."is stored" IS FALSE RETURNING partner_id),
changed AS MATERIALIZED (SELECT * FROM joined WHERE "is changed"),
updated AS (
UPDATE vobiz."pricing_tiers" t SET "id" = c."id", "name" = c."name", "currency" = c."currency",
    "rate_per_minute" = c."rate_per_minute", "streaming_rate_per_minute" = c."streaming_rate_per_minute",
    "recording_rate_per_minute" = c."recording_rate_per_minute", "whatsapp_voice_rate" = c."whatsapp_voice_rate",
    "transcription_rate_per_minute" = c."transcription_rate_per_minute",
    "pii_redaction_rate_per_minute" = c."pii_redaction_rate_per_minute",
    "charge_non_connected_calls" = c."charge_non_connected_calls",
    "non_connected_call_fee" = c."non_connected_call_fee", "did_release_fee" = c."did_release_fee",
    "is_active" = c."is_active", "is_default" = c."is_default", "owner_partner_id" = c."owner_partner_id",
    "extra" = c."extra", partner_id = :partner, changed_at = now()
FROM changed c WHERE t."id" = c."id"
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
