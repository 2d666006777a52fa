-- merge of listed rows
WITH incoming AS MATERIALIZED (
SELECT DISTINCT ON (i."id") *
FROM unnest(:id_array::text[], :account_auth_id_array::text[], :customer_email_array::text[],
    :kyc_type_array::text[], :status_array::text[], :expires_at_array::timestamptz[],
    :first_opened_at_array::timestamptz[], :completed_at_array::timestamptz[], :reminder_schedule_array::jsonb[],
    :metadata_array::jsonb[], :created_at_array::timestamptz[], :updated_at_array::timestamptz[],
    :extra_array::jsonb[])
  WITH ORDINALITY AS i("id", "account_auth_id", "customer_email", "kyc_type", "status", "expires_at",
    "first_opened_at", "completed_at", "reminder_schedule", "metadata", "created_at", "updated_at", "extra",
    ordinality)
ORDER BY i."id", i."updated_at" DESC NULLS LAST, ordinality DESC),
joined AS MATERIALIZED (SELECT i."id" AS "id", i."account_auth_id" AS "account_auth_id",
    i."customer_email" AS "customer_email", i."kyc_type" AS "kyc_type", i."status" AS "status",
    i."expires_at" AS "expires_at", i."first_opened_at" AS "first_opened_at", i."completed_at" AS "completed_at",
    i."reminder_schedule" AS "reminder_schedule", i."metadata" AS "metadata", i."created_at" AS "created_at",
    i."updated_at" AS "updated_at", i."extra" AS "extra", s.partner_id IS NOT NULL AS "is stored",
  s.partner_id IS NOT NULL AND CASE WHEN (i."updated_at" < s."updated_at") IS TRUE THEN s.removed_at IS NOT NULL
    ELSE (ROW(i."id", i."account_auth_id", i."customer_email", i."kyc_type", i."status", i."expires_at",
    i."first_opened_at", i."completed_at", i."reminder_schedule", i."metadata", i."created_at", i."updated_at",
    i."extra") IS DISTINCT FROM ROW(s."id", s."account_auth_id", s."customer_email", s."kyc_type", s."status",
    s."expires_at", s."first_opened_at", s."completed_at", s."reminder_schedule", s."metadata", s."created_at",
    s."updated_at", s."extra") OR s.removed_at IS NOT NULL) END AS "is changed", s."removed_at" AS "old removed_at",
    s."partner_id" AS "old partner_id", (i."updated_at" < s."updated_at") IS TRUE AS "is older"
FROM incoming i LEFT JOIN LATERAL (
  SELECT s.* FROM vobiz."kyc_sessions" s WHERE s."id" = i."id" LIMIT 1) s ON true),
inserted AS (
INSERT INTO vobiz."kyc_sessions" (partner_id, "id", "account_auth_id", "customer_email", "kyc_type", "status",
    "expires_at", "first_opened_at", "completed_at", "reminder_schedule", "metadata", "created_at", "updated_at",
    "extra")
SELECT :partner, j."id", j."account_auth_id", j."customer_email", j."kyc_type", j."status", j."expires_at",
    j."first_opened_at", j."completed_at", j."reminder_schedule", j."metadata", j."created_at", j."updated_at",
    j."extra"
FROM joined j WHERE j."is stored" IS FALSE RETURNING partner_id),
changed AS MATERIALIZED (SELECT * FROM joined WHERE "is changed"),
updated AS (
UPDATE vobiz."kyc_sessions" t SET "id" = CASE WHEN c."is older" THEN t."id" ELSE c."id" END,
    "account_auth_id" = CASE WHEN c."is older" THEN t."account_auth_id" ELSE c."account_auth_id" END,
    "customer_email" = CASE WHEN c."is older" THEN t."customer_email" ELSE c."customer_email" END,
    "kyc_type" = CASE WHEN c."is older" THEN t."kyc_type" ELSE c."kyc_type" END,
    "status" = CASE WHEN c."is older" THEN t."status" ELSE c."status" END,
    "expires_at" = CASE WHEN c."is older" THEN t."expires_at" ELSE c."expires_at" END,
    "first_opened_at" = CASE WHEN c."is older" THEN t."first_opened_at" ELSE c."first_opened_at" END,
    "completed_at" = CASE WHEN c."is older" THEN t."completed_at" ELSE c."completed_at" END,
    "reminder_schedule" = CASE WHEN c."is older" THEN t."reminder_schedule" ELSE c."reminder_schedule" END,
    "metadata" = CASE WHEN c."is older" THEN t."metadata" ELSE c."metadata" END,
    "created_at" = CASE WHEN c."is older" THEN t."created_at" ELSE c."created_at" END,
    "updated_at" = CASE WHEN c."is older" THEN t."updated_at" ELSE c."updated_at" END,
    "extra" = CASE WHEN c."is older" THEN t."extra" ELSE c."extra" END, partner_id = :partner, changed_at = now(),
    removed_at = NULL
FROM changed c WHERE t."id" = c."id"
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
SELECT t."id" FROM vobiz."kyc_sessions" t
WHERE t.partner_id = :partner AND t.removed_at IS NULL;

-- figures of rows with these keys
SELECT count(*) AS rows, 0::bigint AS rejects
FROM unnest(:id_array::text[]) AS k("id") JOIN vobiz."kyc_sessions" t ON t."id" = k."id"
WHERE t.partner_id = :partner AND t.removed_at IS NULL;

-- their removal
WITH removed AS (
UPDATE vobiz."kyc_sessions" t SET removed_at = now(), changed_at = now()
FROM unnest(:id_array::text[]) AS k("id")
WHERE t."id" = k."id"
  AND t.partner_id = :partner AND t.removed_at IS NULL
RETURNING 1)
SELECT (SELECT count(*) FROM removed) AS removed;

-- figures of a window
SELECT count(*) AS rows,
  (SELECT count(*) FROM vobiz_sync.rejects r
  WHERE (r.partner_id, r.stream, r.scope, r.window_day) = (:partner, :stream, :scope, :day::date)
    AND r.resolved_at IS NULL) AS rejects
FROM vobiz."kyc_sessions" t
WHERE t.partner_id = :partner AND t.removed_at IS NULL;
