-- merge of listed rows
WITH incoming AS MATERIALIZED (
SELECT DISTINCT ON (:day::date) *
FROM unnest(:accounts_total_array::integer[], :accounts_active_array::integer[],
    :accounts_low_balance_array::integer[], :accounts_suspended_array::integer[], :pending_kyc_array::integer[],
    :total_balance_array::numeric[], :currency_array::text[], :calls_today_array::bigint[],
    :calls_this_month_array::bigint[], :total_spend_this_month_array::numeric[], :mtd_revenue_array::numeric[],
    :total_calls_array::bigint[], :answered_calls_array::bigint[], :total_minutes_array::numeric[],
    :total_cost_array::numeric[], :inbound_total_calls_array::bigint[], :inbound_answered_calls_array::bigint[],
    :inbound_total_minutes_array::numeric[], :inbound_total_cost_array::numeric[],
    :outbound_total_calls_array::bigint[], :outbound_answered_calls_array::bigint[],
    :outbound_total_minutes_array::numeric[], :outbound_total_cost_array::numeric[],
    :sip_trunking_total_calls_array::bigint[], :sip_trunking_answered_calls_array::bigint[],
    :sip_trunking_total_minutes_array::numeric[], :sip_trunking_total_cost_array::numeric[],
    :voice_api_total_calls_array::bigint[], :voice_api_answered_calls_array::bigint[],
    :voice_api_total_minutes_array::numeric[], :voice_api_total_cost_array::numeric[], :period_from_array::text[],
    :period_to_array::text[], :extra_array::jsonb[])
  WITH ORDINALITY AS i("accounts_total", "accounts_active", "accounts_low_balance", "accounts_suspended",
    "pending_kyc", "total_balance", "currency", "calls_today", "calls_this_month", "total_spend_this_month",
    "mtd_revenue", "total_calls", "answered_calls", "total_minutes", "total_cost", "inbound_total_calls",
    "inbound_answered_calls", "inbound_total_minutes", "inbound_total_cost", "outbound_total_calls",
    "outbound_answered_calls", "outbound_total_minutes", "outbound_total_cost", "sip_trunking_total_calls",
    "sip_trunking_answered_calls", "sip_trunking_total_minutes", "sip_trunking_total_cost", "voice_api_total_calls",
    "voice_api_answered_calls", "voice_api_total_minutes", "voice_api_total_cost", "period_from", "period_to", "extra",
    ordinality)
ORDER BY :day::date, ordinality DESC),
joined AS MATERIALIZED (SELECT i."accounts_total" AS "accounts_total", i."accounts_active" AS "accounts_active",
    i."accounts_low_balance" AS "accounts_low_balance", i."accounts_suspended" AS "accounts_suspended",
    i."pending_kyc" AS "pending_kyc", i."total_balance" AS "total_balance", i."currency" AS "currency",
    i."calls_today" AS "calls_today", i."calls_this_month" AS "calls_this_month",
    i."total_spend_this_month" AS "total_spend_this_month", i."mtd_revenue" AS "mtd_revenue",
    i."total_calls" AS "total_calls", i."answered_calls" AS "answered_calls", i."total_minutes" AS "total_minutes",
    i."total_cost" AS "total_cost", i."inbound_total_calls" AS "inbound_total_calls",
    i."inbound_answered_calls" AS "inbound_answered_calls", i."inbound_total_minutes" AS "inbound_total_minutes",
    i."inbound_total_cost" AS "inbound_total_cost", i."outbound_total_calls" AS "outbound_total_calls",
    i."outbound_answered_calls" AS "outbound_answered_calls", i."outbound_total_minutes" AS "outbound_total_minutes",
    i."outbound_total_cost" AS "outbound_total_cost", i."sip_trunking_total_calls" AS "sip_trunking_total_calls",
    i."sip_trunking_answered_calls" AS "sip_trunking_answered_calls",
    i."sip_trunking_total_minutes" AS "sip_trunking_total_minutes",
    i."sip_trunking_total_cost" AS "sip_trunking_total_cost", i."voice_api_total_calls" AS "voice_api_total_calls",
    i."voice_api_answered_calls" AS "voice_api_answered_calls",
    i."voice_api_total_minutes" AS "voice_api_total_minutes", i."voice_api_total_cost" AS "voice_api_total_cost",
    i."period_from" AS "period_from", i."period_to" AS "period_to", i."extra" AS "extra" FROM incoming i),
inserted AS (
INSERT INTO vobiz."dashboard_snapshots" (partner_id, captured_at, "accounts_total", "accounts_active",
    "accounts_low_balance", "accounts_suspended", "pending_kyc", "total_balance", "currency", "calls_today",
    "calls_this_month", "total_spend_this_month", "mtd_revenue", "total_calls", "answered_calls", "total_minutes",
    "total_cost", "inbound_total_calls", "inbound_answered_calls", "inbound_total_minutes", "inbound_total_cost",
    "outbound_total_calls", "outbound_answered_calls", "outbound_total_minutes", "outbound_total_cost",
    "sip_trunking_total_calls", "sip_trunking_answered_calls", "sip_trunking_total_minutes", "sip_trunking_total_cost",
    "voice_api_total_calls", "voice_api_answered_calls", "voice_api_total_minutes", "voice_api_total_cost",
    "period_from", "period_to", "extra")
SELECT :partner, now(), j."accounts_total", j."accounts_active", j."accounts_low_balance", j."accounts_suspended",
    j."pending_kyc", j."total_balance", j."currency", j."calls_today", j."calls_this_month",
    j."total_spend_this_month", j."mtd_revenue", j."total_calls", j."answered_calls", j."total_minutes",
    j."total_cost", j."inbound_total_calls", j."inbound_answered_calls", j."inbound_total_minutes",
    j."inbound_total_cost", j."outbound_total_calls", j."outbound_answered_calls", j."outbound_total_minutes",
    j."outbound_total_cost", j."sip_trunking_total_calls", j."sip_trunking_answered_calls",
    j."sip_trunking_total_minutes", j."sip_trunking_total_cost", j."voice_api_total_calls",
    j."voice_api_answered_calls", j."voice_api_total_minutes", j."voice_api_total_cost", j."period_from",
    j."period_to", j."extra"
FROM joined j LEFT JOIN LATERAL (SELECT * FROM vobiz."dashboard_snapshots" s WHERE s.partner_id = :partner
  ORDER BY s.captured_at DESC LIMIT 1) s ON true
WHERE s.captured_at IS NULL OR ROW(j."accounts_total", j."accounts_active", j."accounts_low_balance",
    j."accounts_suspended", j."pending_kyc", j."total_balance", j."currency", j."calls_today", j."calls_this_month",
    j."total_spend_this_month", j."mtd_revenue", j."total_calls", j."answered_calls", j."total_minutes",
    j."total_cost", j."inbound_total_calls", j."inbound_answered_calls", j."inbound_total_minutes",
    j."inbound_total_cost", j."outbound_total_calls", j."outbound_answered_calls", j."outbound_total_minutes",
    j."outbound_total_cost", j."sip_trunking_total_calls", j."sip_trunking_answered_calls",
    j."sip_trunking_total_minutes", j."sip_trunking_total_cost", j."voice_api_total_calls",
    j."voice_api_answered_calls", j."voice_api_total_minutes", j."voice_api_total_cost",
    j."extra") IS DISTINCT FROM ROW(s."accounts_total", s."accounts_active", s."accounts_low_balance",
    s."accounts_suspended", s."pending_kyc", s."total_balance", s."currency", s."calls_today", s."calls_this_month",
    s."total_spend_this_month", s."mtd_revenue", s."total_calls", s."answered_calls", s."total_minutes",
    s."total_cost", s."inbound_total_calls", s."inbound_answered_calls", s."inbound_total_minutes",
    s."inbound_total_cost", s."outbound_total_calls", s."outbound_answered_calls", s."outbound_total_minutes",
    s."outbound_total_cost", s."sip_trunking_total_calls", s."sip_trunking_answered_calls",
    s."sip_trunking_total_minutes", s."sip_trunking_total_cost", s."voice_api_total_calls",
    s."voice_api_answered_calls", s."voice_api_total_minutes", s."voice_api_total_cost", s."extra")
RETURNING 1)
SELECT (SELECT count(*) FROM inserted) AS inserted, 0 AS updated,
  (SELECT count(*) FROM incoming) AS read, NULL AS left_days;

-- merge of dashboard_daily inside the rows
WITH incoming AS MATERIALIZED (
SELECT DISTINCT ON (i."day") *
FROM unnest(:day_array::date[], :total_calls_array::bigint[], :answered_calls_array::bigint[],
    :total_minutes_array::numeric[], :total_cost_array::numeric[], :inbound_total_calls_array::bigint[],
    :inbound_answered_calls_array::bigint[], :inbound_total_minutes_array::numeric[],
    :inbound_total_cost_array::numeric[], :outbound_total_calls_array::bigint[],
    :outbound_answered_calls_array::bigint[], :outbound_total_minutes_array::numeric[],
    :outbound_total_cost_array::numeric[], :extra_array::jsonb[])
  WITH ORDINALITY AS i("day", "total_calls", "answered_calls", "total_minutes", "total_cost", "inbound_total_calls",
    "inbound_answered_calls", "inbound_total_minutes", "inbound_total_cost", "outbound_total_calls",
    "outbound_answered_calls", "outbound_total_minutes", "outbound_total_cost", "extra", ordinality)
ORDER BY i."day", ordinality DESC),
joined AS MATERIALIZED (SELECT i."day" AS "day", i."total_calls" AS "total_calls",
    i."answered_calls" AS "answered_calls", i."total_minutes" AS "total_minutes", i."total_cost" AS "total_cost",
    i."inbound_total_calls" AS "inbound_total_calls", i."inbound_answered_calls" AS "inbound_answered_calls",
    i."inbound_total_minutes" AS "inbound_total_minutes", i."inbound_total_cost" AS "inbound_total_cost",
    i."outbound_total_calls" AS "outbound_total_calls", i."outbound_answered_calls" AS "outbound_answered_calls",
    i."outbound_total_minutes" AS "outbound_total_minutes", i."outbound_total_cost" AS "outbound_total_cost",
    i."extra" AS "extra", s.partner_id IS NOT NULL AS "is stored",
  s.partner_id IS NOT NULL AND ROW(i."day", i."total_calls", i."answered_calls", i."total_minutes", i."total_cost",
    i."inbound_total_calls", i."inbound_answered_calls", i."inbound_total_minutes", i."inbound_total_cost",
    i."outbound_total_calls", i."outbound_answered_calls", i."outbound_total_minutes", i."outbound_total_cost",
    i."extra") IS DISTINCT FROM ROW(s."day", s."total_calls", s."answered_calls", s."total_minutes", s."total_cost",
    s."inbound_total_calls", s."inbound_answered_calls", s."inbound_total_minutes", s."inbound_total_cost",
    s."outbound_total_calls", s."outbound_answered_calls", s."outbound_total_minutes", s."outbound_total_cost",
    s."extra") AS "is changed", s."partner_id" AS "old partner_id"
FROM incoming i LEFT JOIN LATERAL (
  SELECT s.* FROM vobiz."dashboard_daily" s WHERE s."day" = i."day" AND s.partner_id = :partner LIMIT 1) s ON true),
inserted AS (
INSERT INTO vobiz."dashboard_daily" (partner_id, "day", "total_calls", "answered_calls", "total_minutes",
    "total_cost", "inbound_total_calls", "inbound_answered_calls", "inbound_total_minutes", "inbound_total_cost",
    "outbound_total_calls", "outbound_answered_calls", "outbound_total_minutes", "outbound_total_cost", "extra")
SELECT :partner, j."day", j."total_calls", j."answered_calls", j."total_minutes", j."total_cost",
    j."inbound_total_calls", j."inbound_answered_calls", j."inbound_total_minutes", j."inbound_total_cost",
    j."outbound_total_calls", j."outbound_answered_calls", j."outbound_total_minutes", j."outbound_total_cost",
    j."extra"
FROM joined j WHERE j."is stored" IS FALSE RETURNING partner_id),
changed AS MATERIALIZED (SELECT * FROM joined WHERE "is changed"),
updated AS (
UPDATE vobiz."dashboard_daily" t SET "day" = c."day", "total_calls" = c."total_calls",
    "answered_calls" = c."answered_calls", "total_minutes" = c."total_minutes", "total_cost" = c."total_cost",
    "inbound_total_calls" = c."inbound_total_calls", "inbound_answered_calls" = c."inbound_answered_calls",
    "inbound_total_minutes" = c."inbound_total_minutes", "inbound_total_cost" = c."inbound_total_cost",
    "outbound_total_calls" = c."outbound_total_calls", "outbound_answered_calls" = c."outbound_answered_calls",
    "outbound_total_minutes" = c."outbound_total_minutes", "outbound_total_cost" = c."outbound_total_cost",
    "extra" = c."extra", partner_id = :partner, changed_at = now()
FROM changed c WHERE t."day" = c."day" AND t.partner_id = :partner
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

-- merge of accounts inside the rows
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
    s."removed_at" AS "old removed_at", (i."updated_at" < s."updated_at") IS TRUE AS "is older"
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
FROM joined j WHERE j."is stored" IS FALSE ON CONFLICT DO NOTHING RETURNING 1)
SELECT (SELECT count(*) FROM inserted) AS inserted, 0 AS updated,
  (SELECT count(*) FROM incoming) AS read, NULL AS left_days;
