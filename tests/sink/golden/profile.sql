-- merge of listed rows
WITH incoming AS MATERIALIZED (
SELECT DISTINCT ON (i."auth_id") *
FROM unnest(:auth_id_array::text[], :id_array::text[], :account_id_array::text[], :name_array::text[],
    :slug_array::text[], :company_array::text[], :email_array::text[], :phone_array::text[],
    :billing_model_array::text[], :is_active_array::boolean[], :is_verified_array::boolean[],
    :max_accounts_array::integer[], :account_count_array::integer[], :can_create_accounts_array::boolean[],
    :can_create_pricing_tiers_array::boolean[], :can_view_cdrs_array::boolean[],
    :can_transfer_balance_array::boolean[], :default_pricing_tier_id_array::text[], :balance_array::numeric[],
    :currency_array::text[], :country_array::text[], :gstin_array::text[], :gst_status_array::text[],
    :tds_applicable_array::boolean[], :tds_percentage_array::numeric[], :account_type_array::text[],
    :status_array::text[], :created_at_array::timestamptz[], :updated_at_array::timestamptz[], :extra_array::jsonb[])
  WITH ORDINALITY AS i("auth_id", "id", "account_id", "name", "slug", "company", "email", "phone", "billing_model",
    "is_active", "is_verified", "max_accounts", "account_count", "can_create_accounts", "can_create_pricing_tiers",
    "can_view_cdrs", "can_transfer_balance", "default_pricing_tier_id", "balance", "currency", "country", "gstin",
    "gst_status", "tds_applicable", "tds_percentage", "account_type", "status", "created_at", "updated_at", "extra",
    ordinality)
ORDER BY i."auth_id", i."updated_at" DESC NULLS LAST, ordinality DESC),
joined AS MATERIALIZED (SELECT i."auth_id" AS "auth_id", i."id" AS "id", i."account_id" AS "account_id",
    i."name" AS "name", i."slug" AS "slug", i."company" AS "company", i."email" AS "email", i."phone" AS "phone",
    i."billing_model" AS "billing_model", i."is_active" AS "is_active", i."is_verified" AS "is_verified",
    i."max_accounts" AS "max_accounts", i."account_count" AS "account_count",
    i."can_create_accounts" AS "can_create_accounts", i."can_create_pricing_tiers" AS "can_create_pricing_tiers",
    i."can_view_cdrs" AS "can_view_cdrs", i."can_transfer_balance" AS "can_transfer_balance",
    i."default_pricing_tier_id" AS "default_pricing_tier_id", i."balance" AS "balance", i."currency" AS "currency",
    i."country" AS "country", i."gstin" AS "gstin", i."gst_status" AS "gst_status",
    i."tds_applicable" AS "tds_applicable", i."tds_percentage" AS "tds_percentage", i."account_type" AS "account_type",
    i."status" AS "status", i."created_at" AS "created_at", i."updated_at" AS "updated_at", i."extra" AS "extra",
    s.partner_id IS NOT NULL AS "is stored",
  s.partner_id IS NOT NULL AND CASE WHEN (i."updated_at" < s."updated_at") IS TRUE THEN false ELSE ROW(i."auth_id",
    i."id", i."account_id", i."name", i."slug", i."company", i."email", i."phone", i."billing_model", i."is_active",
    i."is_verified", i."max_accounts", i."account_count", i."can_create_accounts", i."can_create_pricing_tiers",
    i."can_view_cdrs", i."can_transfer_balance", i."default_pricing_tier_id", i."balance", i."currency", i."country",
    i."gstin", i."gst_status", i."tds_applicable", i."tds_percentage", i."account_type", i."status", i."created_at",
    i."updated_at", i."extra") IS DISTINCT FROM ROW(s."auth_id", s."id", s."account_id", s."name", s."slug",
    s."company", s."email", s."phone", s."billing_model", s."is_active", s."is_verified", s."max_accounts",
    s."account_count", s."can_create_accounts", s."can_create_pricing_tiers", s."can_view_cdrs",
    s."can_transfer_balance", s."default_pricing_tier_id", s."balance", s."currency", s."country", s."gstin",
    s."gst_status", s."tds_applicable", s."tds_percentage", s."account_type", s."status", s."created_at",
    s."updated_at", s."extra") END AS "is changed", s."partner_id" AS "old partner_id"
FROM incoming i LEFT JOIN LATERAL (
  SELECT s.* FROM vobiz."partners" s WHERE s."auth_id" = i."auth_id" LIMIT 1) s ON true),
inserted AS (
INSERT INTO vobiz."partners" (partner_id, "auth_id", "id", "account_id", "name", "slug", "company", "email",
    "phone", "billing_model", "is_active", "is_verified", "max_accounts", "account_count", "can_create_accounts",
    "can_create_pricing_tiers", "can_view_cdrs", "can_transfer_balance", "default_pricing_tier_id", "balance",
    "currency", "country", "gstin", "gst_status", "tds_applicable", "tds_percentage", "account_type", "status",
    "created_at", "updated_at", "extra")
SELECT :partner, j."auth_id", j."id", j."account_id", j."name", j."slug", j."company", j."email", j."phone",
    j."billing_model", j."is_active", j."is_verified", j."max_accounts", j."account_count", j."can_create_accounts",
    j."can_create_pricing_tiers", j."can_view_cdrs", j."can_transfer_balance", j."default_pricing_tier_id",
    j."balance", j."currency", j."country", j."gstin", j."gst_status", j."tds_applicable", j."tds_percentage",
    j."account_type", j."status", j."created_at", j."updated_at", j."extra"
FROM joined j WHERE j."is stored" IS FALSE RETURNING partner_id),
changed AS MATERIALIZED (SELECT * FROM joined WHERE "is changed"),
updated AS (
UPDATE vobiz."partners" t SET "auth_id" = c."auth_id", "id" = c."id", "account_id" = c."account_id",
    "name" = c."name", "slug" = c."slug", "company" = c."company", "email" = c."email", "phone" = c."phone",
    "billing_model" = c."billing_model", "is_active" = c."is_active", "is_verified" = c."is_verified",
    "max_accounts" = c."max_accounts", "account_count" = c."account_count",
    "can_create_accounts" = c."can_create_accounts", "can_create_pricing_tiers" = c."can_create_pricing_tiers",
    "can_view_cdrs" = c."can_view_cdrs", "can_transfer_balance" = c."can_transfer_balance",
    "default_pricing_tier_id" = c."default_pricing_tier_id", "balance" = c."balance", "currency" = c."currency",
    "country" = c."country", "gstin" = c."gstin", "gst_status" = c."gst_status", "tds_applicable" = c."tds_applicable",
    "tds_percentage" = c."tds_percentage", "account_type" = c."account_type", "status" = c."status",
    "created_at" = c."created_at", "updated_at" = c."updated_at", "extra" = c."extra", partner_id = :partner,
    changed_at = now()
FROM changed c WHERE t."auth_id" = c."auth_id"
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
