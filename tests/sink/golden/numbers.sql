-- merge of listed rows
WITH incoming AS MATERIALIZED (
SELECT DISTINCT ON (i."e164") *
FROM unnest(:e164_array::text[], :id_array::text[], :account_id_array::text[], :country_array::text[],
    :region_array::text[], :capabilities_array::jsonb[], :status_array::text[], :provider_array::text[],
    :setup_fee_array::numeric[], :monthly_fee_array::numeric[], :currency_array::text[], :application_id_array::text[],
    :application_name_array::text[], :trunk_id_array::text[], :number_type_array::text[],
    :voice_enabled_array::boolean[], :tags_array::jsonb[], :purchased_at_array::timestamptz[],
    :assigned_at_array::timestamptz[], :expires_at_array::timestamptz[], :is_blocked_array::boolean[],
    :is_trial_number_array::boolean[], :last_billing_date_array::timestamptz[],
    :next_billing_date_array::timestamptz[], :minimum_commitment_months_array::integer[],
    :aadhaar_verification_required_array::boolean[], :aadhaar_verified_array::boolean[], :source_array::text[],
    :created_at_array::timestamptz[], :updated_at_array::timestamptz[], :extra_array::jsonb[])
  WITH ORDINALITY AS i("e164", "id", "account_id", "country", "region", "capabilities", "status", "provider",
    "setup_fee", "monthly_fee", "currency", "application_id", "application_name", "trunk_id", "number_type",
    "voice_enabled", "tags", "purchased_at", "assigned_at", "expires_at", "is_blocked", "is_trial_number",
    "last_billing_date", "next_billing_date", "minimum_commitment_months", "aadhaar_verification_required",
    "aadhaar_verified", "source", "created_at", "updated_at", "extra", ordinality)
ORDER BY i."e164", i."updated_at" DESC NULLS LAST, ordinality DESC),
joined AS MATERIALIZED (SELECT i."e164" AS "e164", i."id" AS "id", i."account_id" AS "account_id",
    i."country" AS "country", i."region" AS "region", i."capabilities" AS "capabilities", i."status" AS "status",
    i."provider" AS "provider", i."setup_fee" AS "setup_fee", i."monthly_fee" AS "monthly_fee",
    i."currency" AS "currency", i."application_id" AS "application_id", i."application_name" AS "application_name",
    i."trunk_id" AS "trunk_id", i."number_type" AS "number_type", i."voice_enabled" AS "voice_enabled",
    i."tags" AS "tags", i."purchased_at" AS "purchased_at", i."assigned_at" AS "assigned_at",
    i."expires_at" AS "expires_at", i."is_blocked" AS "is_blocked", i."is_trial_number" AS "is_trial_number",
    i."last_billing_date" AS "last_billing_date", i."next_billing_date" AS "next_billing_date",
    i."minimum_commitment_months" AS "minimum_commitment_months",
    i."aadhaar_verification_required" AS "aadhaar_verification_required", i."aadhaar_verified" AS "aadhaar_verified",
    i."source" AS "source", i."created_at" AS "created_at", i."updated_at" AS "updated_at", i."extra" AS "extra",
    s.partner_id IS NOT NULL AS "is stored",
  s.partner_id IS NOT NULL AND CASE WHEN (i."updated_at" < s."updated_at") IS TRUE THEN s.removed_at IS NOT NULL
    ELSE (ROW(i."e164", i."id", i."account_id", i."country", i."region", i."capabilities", i."status", i."provider",
    i."setup_fee", i."monthly_fee", i."currency", i."application_id", i."application_name", i."trunk_id",
    i."number_type", i."voice_enabled", i."tags", i."purchased_at", i."assigned_at", i."expires_at", i."is_blocked",
    i."is_trial_number", i."last_billing_date", i."next_billing_date", i."minimum_commitment_months",
    i."aadhaar_verification_required", i."aadhaar_verified", i."source", i."created_at", i."updated_at",
    i."extra") IS DISTINCT FROM ROW(s."e164", s."id", s."account_id", s."country", s."region", s."capabilities",
    s."status", s."provider", s."setup_fee", s."monthly_fee", s."currency", s."application_id", s."application_name",
    s."trunk_id", s."number_type", s."voice_enabled", s."tags", s."purchased_at", s."assigned_at", s."expires_at",
    s."is_blocked", s."is_trial_number", s."last_billing_date", s."next_billing_date", s."minimum_commitment_months",
    s."aadhaar_verification_required", s."aadhaar_verified", s."source", s."created_at", s."updated_at",
    s."extra") OR s.removed_at IS NOT NULL) END AS "is changed", s."status" AS "old status",
    s."setup_fee" AS "old setup_fee", s."monthly_fee" AS "old monthly_fee", s."removed_at" AS "old removed_at",
    s."partner_id" AS "old partner_id", s."account_id" AS "old account_id",
    (i."updated_at" < s."updated_at") IS TRUE AS "is older"
FROM incoming i LEFT JOIN LATERAL (
  SELECT s.* FROM vobiz."numbers" s WHERE s."e164" = i."e164" LIMIT 1) s ON true),
inserted AS (
INSERT INTO vobiz."numbers" (partner_id, "e164", "id", "account_id", "country", "region", "capabilities", "status",
    "provider", "setup_fee", "monthly_fee", "currency", "application_id", "application_name", "trunk_id",
    "number_type", "voice_enabled", "tags", "purchased_at", "assigned_at", "expires_at", "is_blocked",
    "is_trial_number", "last_billing_date", "next_billing_date", "minimum_commitment_months",
    "aadhaar_verification_required", "aadhaar_verified", "source", "created_at", "updated_at", "extra")
SELECT :partner, j."e164", j."id", j."account_id", j."country", j."region", j."capabilities", j."status",
    j."provider", j."setup_fee", j."monthly_fee", j."currency", j."application_id", j."application_name", j."trunk_id",
    j."number_type", j."voice_enabled", j."tags", j."purchased_at", j."assigned_at", j."expires_at", j."is_blocked",
    j."is_trial_number", j."last_billing_date", j."next_billing_date", j."minimum_commitment_months",
    j."aadhaar_verification_required", j."aadhaar_verified", j."source", j."created_at", j."updated_at", j."extra"
FROM joined j WHERE j."is stored" IS FALSE RETURNING partner_id, "account_id"),
changed AS MATERIALIZED (SELECT * FROM joined WHERE "is changed"),
updated AS (
UPDATE vobiz."numbers" t SET "e164" = CASE WHEN c."is older" THEN t."e164" ELSE c."e164" END,
    "id" = CASE WHEN c."is older" THEN t."id" ELSE c."id" END,
    "account_id" = CASE WHEN c."is older" THEN t."account_id" ELSE c."account_id" END,
    "country" = CASE WHEN c."is older" THEN t."country" ELSE c."country" END,
    "region" = CASE WHEN c."is older" THEN t."region" ELSE c."region" END,
    "capabilities" = CASE WHEN c."is older" THEN t."capabilities" ELSE c."capabilities" END,
    "status" = CASE WHEN c."is older" THEN t."status" ELSE c."status" END,
    "provider" = CASE WHEN c."is older" THEN t."provider" ELSE c."provider" END,
    "setup_fee" = CASE WHEN c."is older" THEN t."setup_fee" ELSE c."setup_fee" END,
    "monthly_fee" = CASE WHEN c."is older" THEN t."monthly_fee" ELSE c."monthly_fee" END,
    "currency" = CASE WHEN c."is older" THEN t."currency" ELSE c."currency" END,
    "application_id" = CASE WHEN c."is older" THEN t."application_id" ELSE c."application_id" END,
    "application_name" = CASE WHEN c."is older" THEN t."application_name" ELSE c."application_name" END,
    "trunk_id" = CASE WHEN c."is older" THEN t."trunk_id" ELSE c."trunk_id" END,
    "number_type" = CASE WHEN c."is older" THEN t."number_type" ELSE c."number_type" END,
    "voice_enabled" = CASE WHEN c."is older" THEN t."voice_enabled" ELSE c."voice_enabled" END,
    "tags" = CASE WHEN c."is older" THEN t."tags" ELSE c."tags" END,
    "purchased_at" = CASE WHEN c."is older" THEN t."purchased_at" ELSE c."purchased_at" END,
    "assigned_at" = CASE WHEN c."is older" THEN t."assigned_at" ELSE c."assigned_at" END,
    "expires_at" = CASE WHEN c."is older" THEN t."expires_at" ELSE c."expires_at" END,
    "is_blocked" = CASE WHEN c."is older" THEN t."is_blocked" ELSE c."is_blocked" END,
    "is_trial_number" = CASE WHEN c."is older" THEN t."is_trial_number" ELSE c."is_trial_number" END,
    "last_billing_date" = CASE WHEN c."is older" THEN t."last_billing_date" ELSE c."last_billing_date" END,
    "next_billing_date" = CASE WHEN c."is older" THEN t."next_billing_date" ELSE c."next_billing_date" END,
    "minimum_commitment_months" = CASE WHEN c."is older" THEN t."minimum_commitment_months" ELSE
    c."minimum_commitment_months" END, "aadhaar_verification_required" = CASE WHEN c."is older" THEN
    t."aadhaar_verification_required" ELSE c."aadhaar_verification_required" END,
    "aadhaar_verified" = CASE WHEN c."is older" THEN t."aadhaar_verified" ELSE c."aadhaar_verified" END,
    "source" = CASE WHEN c."is older" THEN t."source" ELSE c."source" END,
    "created_at" = CASE WHEN c."is older" THEN t."created_at" ELSE c."created_at" END,
    "updated_at" = CASE WHEN c."is older" THEN t."updated_at" ELSE c."updated_at" END,
    "extra" = CASE WHEN c."is older" THEN t."extra" ELSE c."extra" END, partner_id = :partner, changed_at = now(),
    removed_at = NULL
FROM changed c WHERE t."e164" = c."e164"
RETURNING t.partner_id, t."account_id", c."old partner_id", c."old account_id", c."old removed_at"),
adjusted AS (
INSERT INTO vobiz.adjustments (partner_id, stream, account_id, row_key, window_day, column_name, old_value,
  new_value, difference, currency)
SELECT :partner, 'numbers', c."account_id", c."e164"::text, NULL::date, v.name, v.old, v.new, v.difference,
    c.currency
FROM changed c CROSS JOIN LATERAL (VALUES
    ('status', c."old status"::text, c."status"::text, NULL::numeric, c."status" IS DISTINCT FROM c."old status"),
    ('setup_fee', c."old setup_fee"::text, c."setup_fee"::text, c."setup_fee"::numeric - c."old setup_fee",
    c."setup_fee" IS DISTINCT FROM c."old setup_fee"),
    ('monthly_fee', c."old monthly_fee"::text, c."monthly_fee"::text,
    c."monthly_fee"::numeric - c."old monthly_fee", c."monthly_fee" IS DISTINCT FROM c."old monthly_fee")) v(name, old,
    new, difference, differs)
WHERE v.differs AND NOT c."is older"),
after AS (SELECT count(*) AS rows FROM (
  SELECT partner_id, "account_id" FROM inserted WHERE (:scope = '*' OR "account_id" = :scope)
  UNION ALL SELECT partner_id, "account_id" FROM updated WHERE (:scope = '*' OR "account_id" = :scope)) t),
before AS (SELECT count(*) AS rows FROM (
  SELECT "old partner_id", "old account_id" AS "account_id" FROM updated WHERE "old partner_id" = :partner AND
    (:scope = '*' OR "old account_id" = :scope) AND "old removed_at" IS NULL) t)
SELECT (SELECT count(*) FROM inserted) AS inserted, (SELECT count(*) FROM updated) AS updated,
  (SELECT count(*) FROM incoming) AS read, NULL AS left_days,
  after.rows - before.rows AS rows
FROM after, before;

-- keys of a window
SELECT t."e164" FROM vobiz."numbers" t
WHERE t.partner_id = :partner AND t.removed_at IS NULL
  AND (:scope = '*' OR t."account_id" = :scope);

-- figures of rows with these keys
SELECT count(*) AS rows, 0::bigint AS rejects
FROM unnest(:e164_array::text[]) AS k("e164") JOIN vobiz."numbers" t ON t."e164" = k."e164"
WHERE t.partner_id = :partner AND t.removed_at IS NULL
  AND (:scope = '*' OR t."account_id" = :scope);

-- their removal
WITH removed AS (
UPDATE vobiz."numbers" t SET removed_at = now(), changed_at = now()
FROM unnest(:e164_array::text[]) AS k("e164")
WHERE t."e164" = k."e164"
  AND t.partner_id = :partner AND t.removed_at IS NULL
  AND (:scope = '*' OR t."account_id" = :scope)
RETURNING 1)
SELECT (SELECT count(*) FROM removed) AS removed;

-- figures of a window
SELECT count(*) AS rows,
  (SELECT count(*) FROM vobiz_sync.rejects r
  WHERE (r.partner_id, r.stream, r.scope, r.window_day) = (:partner, :stream, :scope, :day::date)
    AND r.resolved_at IS NULL) AS rejects
FROM vobiz."numbers" t
WHERE t.partner_id = :partner AND t.removed_at IS NULL
  AND (:scope = '*' OR t."account_id" = :scope);
