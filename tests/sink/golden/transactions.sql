-- merge of listed rows
WITH incoming AS MATERIALIZED (
SELECT DISTINCT ON (i."account_id", i."id") *
FROM unnest(:id_array::text[], :account_id_array::text[], :balance_id_array::text[], :type_array::text[],
    :amount_array::numeric[], :currency_array::text[], :description_array::text[], :reference_array::text[],
    :reference_type_array::text[], :status_array::text[], :processed_at_array::timestamptz[],
    :created_at_array::timestamptz[], :updated_at_array::timestamptz[], :extra_array::jsonb[])
  WITH ORDINALITY AS i("id", "account_id", "balance_id", "type", "amount", "currency", "description", "reference",
    "reference_type", "status", "processed_at", "created_at", "updated_at", "extra", ordinality)
ORDER BY i."account_id", i."id", i."updated_at" DESC NULLS LAST, ordinality DESC),
joined AS MATERIALIZED (SELECT i."id" AS "id", i."account_id" AS "account_id", i."balance_id" AS "balance_id",
    i."type" AS "type", i."amount" AS "amount", i."currency" AS "currency", i."description" AS "description",
    i."reference" AS "reference", i."reference_type" AS "reference_type", i."status" AS "status",
    i."processed_at" AS "processed_at", i."created_at" AS "created_at", i."updated_at" AS "updated_at",
    i."extra" AS "extra", s.partner_id IS NOT NULL AS "is stored",
  s.partner_id IS NOT NULL AND CASE WHEN (i."updated_at" < s."updated_at") IS TRUE THEN s.removed_at IS NOT NULL
    ELSE (((ROW(i."id", i."account_id", i."balance_id", i."type", i."amount", i."currency", i."description",
    i."reference", i."reference_type", i."status", i."processed_at", i."created_at", i."updated_at",
    i."extra") IS DISTINCT FROM ROW(s."id", s."account_id", s."balance_id", s."type", s."amount", s."currency",
    s."description", s."reference", s."reference_type", s."status", s."processed_at", s."created_at", s."updated_at",
    s."extra") OR s.removed_at IS NOT NULL) OR s.found_by IS NOT NULL) OR ((i."created_at" AT TIME ZONE 'UTC')::date =
    :day::date AND s."window_day" <> :day::date AND (abs(s."window_day" - :day::date) > 1
    OR abs(extract(epoch FROM i."created_at" - greatest(s."window_day",
    :day::date)::timestamp AT TIME ZONE 'UTC')) > 3600))) END AS "is changed", s."amount" AS "old amount",
    s."status" AS "old status", s."created_at" AS "old created_at", s."partner_id" AS "old partner_id",
    s."processed_at" AS "old processed_at", s."window_day" AS "old window_day", s."removed_at" AS "old removed_at",
    s."found_by" AS "old found_by", s."account_id" AS "old account_id", s."type" AS "old type",
    (i."updated_at" < s."updated_at") IS TRUE AS "is older"
FROM incoming i LEFT JOIN LATERAL (
  SELECT s.* FROM vobiz."transactions" s WHERE s."account_id" = i."account_id" AND s."id" = i."id" LIMIT 1) s ON
    true),
inserted AS (
INSERT INTO vobiz."transactions" (partner_id, "id", "account_id", "balance_id", "type", "amount", "currency",
    "description", "reference", "reference_type", "status", "processed_at", "created_at", "updated_at", "extra",
    "window_day")
SELECT :partner, j."id", j."account_id", j."balance_id", j."type", j."amount", j."currency", j."description",
    j."reference", j."reference_type", j."status", j."processed_at", j."created_at", j."updated_at", j."extra",
    :day::date
FROM joined j WHERE j."is stored" IS FALSE RETURNING partner_id, "account_id", "created_at", "processed_at",
    "window_day", "type", "amount"),
changed AS MATERIALIZED (SELECT * FROM joined WHERE "is changed"),
updated AS (
UPDATE vobiz."transactions" t SET "id" = CASE WHEN c."is older" THEN t."id" ELSE c."id" END,
    "account_id" = CASE WHEN c."is older" THEN t."account_id" ELSE c."account_id" END,
    "balance_id" = CASE WHEN c."is older" THEN t."balance_id" ELSE c."balance_id" END,
    "type" = CASE WHEN c."is older" THEN t."type" ELSE c."type" END,
    "amount" = CASE WHEN c."is older" THEN t."amount" ELSE c."amount" END,
    "currency" = CASE WHEN c."is older" THEN t."currency" ELSE c."currency" END,
    "description" = CASE WHEN c."is older" THEN t."description" ELSE c."description" END,
    "reference" = CASE WHEN c."is older" THEN t."reference" ELSE c."reference" END,
    "reference_type" = CASE WHEN c."is older" THEN t."reference_type" ELSE c."reference_type" END,
    "status" = CASE WHEN c."is older" THEN t."status" ELSE c."status" END,
    "processed_at" = CASE WHEN c."is older" THEN t."processed_at" ELSE c."processed_at" END,
    "created_at" = CASE WHEN c."is older" THEN t."created_at" ELSE c."created_at" END,
    "updated_at" = CASE WHEN c."is older" THEN t."updated_at" ELSE c."updated_at" END,
    "extra" = CASE WHEN c."is older" THEN t."extra" ELSE c."extra" END, partner_id = :partner, changed_at = now(),
    removed_at = NULL, found_by = NULL,
  "window_day" = CASE WHEN c."created_at" IS DISTINCT FROM c."old created_at" OR c."old removed_at" IS NOT NULL
    OR c."old found_by" IS NOT NULL OR ((c."created_at" AT TIME ZONE 'UTC')::date = :day::date AND c."old
    window_day" <> :day::date AND (abs(c."old window_day" - :day::date) > 1
    OR abs(extract(epoch FROM c."created_at" - greatest(c."old window_day",
    :day::date)::timestamp AT TIME ZONE 'UTC')) > 3600)) THEN :day::date ELSE t."window_day" END
FROM changed c WHERE t."account_id" = c."account_id" AND t."id" = c."id"
RETURNING t.partner_id, t."account_id", t."created_at", t."processed_at", t."window_day", c."old partner_id",
    c."old created_at", c."old processed_at", c."old window_day", t."type", t."amount", c."old account_id",
    c."old type", c."old amount", c."old removed_at", c."old found_by"),
adjusted AS (
INSERT INTO vobiz.adjustments (partner_id, stream, account_id, row_key, window_day, column_name, old_value,
  new_value, difference, currency)
SELECT :partner, 'transactions', c."account_id", c."id"::text, :day::date, v.name, v.old, v.new, v.difference,
    c.currency
FROM changed c CROSS JOIN LATERAL (VALUES
    ('amount', c."old amount"::text, c."amount"::text, c."amount"::numeric - c."old amount",
    c."amount" IS DISTINCT FROM c."old amount"),
    ('status', c."old status"::text, c."status"::text, NULL::numeric,
    c."status" IS DISTINCT FROM c."old status")) v(name, old, new, difference, differs)
WHERE v.differs AND NOT c."is older"),
after AS (SELECT count(*) AS rows, coalesce(sum(amount) filter (where not vobiz.is_credit(type)), 0) AS "debit",
    coalesce(sum(amount) filter (where vobiz.is_credit(type)), 0) AS "credit" FROM (
  SELECT partner_id, "account_id", "type", "amount" FROM inserted WHERE (:scope = '*' OR "account_id" = :scope)
  UNION ALL SELECT partner_id, "account_id", "type", "amount" FROM updated WHERE (:scope = '*' OR "account_id" =
    :scope) AND "window_day" = :day::date) t),
before AS (SELECT count(*) AS rows, coalesce(sum(amount) filter (where not vobiz.is_credit(type)), 0) AS "debit",
    coalesce(sum(amount) filter (where vobiz.is_credit(type)), 0) AS "credit" FROM (
  SELECT "old partner_id", "old account_id" AS "account_id", "old type" AS "type",
    "old amount" AS "amount" FROM updated WHERE "old partner_id" = :partner AND (:scope = '*' OR "old account_id" =
    :scope) AND "old removed_at" IS NULL AND "old found_by" IS NULL AND "old window_day" = :day::date) t),
touched AS (
SELECT array_agg(partner_id)::text AS partners, array_agg("account_id")::text AS customers,
  array_agg(bucket)::text AS buckets
FROM (SELECT partner_id, "account_id", vobiz_sync.bucket_of(vobiz_sync.entry_time(created_at, processed_at,
    window_day)) AS bucket FROM (
  SELECT partner_id, "account_id", "created_at", "processed_at", "window_day" FROM inserted
  UNION ALL SELECT partner_id, "account_id", "created_at", "processed_at", "window_day" FROM updated
  UNION ALL SELECT "old partner_id", "account_id", "old created_at", "old processed_at",
    "old window_day" FROM updated) r
  GROUP BY 1, 2, 3) k)
SELECT (SELECT count(*) FROM inserted) AS inserted, (SELECT count(*) FROM updated) AS updated,
  (SELECT count(*) FROM incoming) AS read, (SELECT array_agg(DISTINCT "old window_day")::text FROM changed WHERE
    "old window_day" <> :day::date
    AND ("created_at" IS DISTINCT FROM "old created_at" OR "old removed_at" IS NOT NULL
    OR "old found_by" IS NOT NULL OR (("created_at" AT TIME ZONE 'UTC')::date = :day::date AND "old window_day" <>
    :day::date AND (abs("old window_day" - :day::date) > 1
    OR abs(extract(epoch FROM "created_at" - greatest("old window_day",
    :day::date)::timestamp AT TIME ZONE 'UTC')) > 3600)))) AS left_days,
  after.rows - before.rows AS rows, after."debit" - before."debit" AS "debit",
    after."credit" - before."credit" AS "credit", touched.partners, touched.customers, touched.buckets
FROM after, before, touched;

-- merge of rows found by id or by a span
WITH incoming AS MATERIALIZED (
SELECT DISTINCT ON (i."account_id", i."id") *
FROM unnest(:id_array::text[], :account_id_array::text[], :balance_id_array::text[], :type_array::text[],
    :amount_array::numeric[], :currency_array::text[], :description_array::text[], :reference_array::text[],
    :reference_type_array::text[], :status_array::text[], :processed_at_array::timestamptz[],
    :created_at_array::timestamptz[], :updated_at_array::timestamptz[], :extra_array::jsonb[])
  WITH ORDINALITY AS i("id", "account_id", "balance_id", "type", "amount", "currency", "description", "reference",
    "reference_type", "status", "processed_at", "created_at", "updated_at", "extra", ordinality)
ORDER BY i."account_id", i."id", i."updated_at" DESC NULLS LAST, ordinality DESC),
joined AS MATERIALIZED (SELECT i."id" AS "id", i."account_id" AS "account_id", i."balance_id" AS "balance_id",
    i."type" AS "type", i."amount" AS "amount", i."currency" AS "currency", i."description" AS "description",
    i."reference" AS "reference", i."reference_type" AS "reference_type", i."status" AS "status",
    i."processed_at" AS "processed_at", i."created_at" AS "created_at", i."updated_at" AS "updated_at",
    i."extra" AS "extra", s.partner_id IS NOT NULL AS "is stored",
  s.partner_id IS NOT NULL AND CASE WHEN (i."updated_at" < s."updated_at") IS TRUE THEN s.removed_at IS NOT NULL
    ELSE ((ROW(i."id", i."account_id", i."balance_id", i."type", i."amount", i."currency", i."description",
    i."reference", i."reference_type", i."status", i."processed_at", i."created_at", i."updated_at",
    i."extra") IS DISTINCT FROM ROW(s."id", s."account_id", s."balance_id", s."type", s."amount", s."currency",
    s."description", s."reference", s."reference_type", s."status", s."processed_at", s."created_at", s."updated_at",
    s."extra") OR s.removed_at IS NOT NULL) OR s.found_by = 'id' AND :found_by = 'span') END AS "is changed",
    s."amount" AS "old amount", s."status" AS "old status", s."created_at" AS "old created_at",
    s."partner_id" AS "old partner_id", s."processed_at" AS "old processed_at", s."window_day" AS "old window_day",
    s."removed_at" AS "old removed_at", (i."updated_at" < s."updated_at") IS TRUE AS "is older"
FROM incoming i LEFT JOIN LATERAL (
  SELECT s.* FROM vobiz."transactions" s WHERE s."account_id" = i."account_id" AND s."id" = i."id" LIMIT 1) s ON
    true),
inserted AS (
INSERT INTO vobiz."transactions" (partner_id, "id", "account_id", "balance_id", "type", "amount", "currency",
    "description", "reference", "reference_type", "status", "processed_at", "created_at", "updated_at", "extra",
    "window_day", found_by)
SELECT :partner, j."id", j."account_id", j."balance_id", j."type", j."amount", j."currency", j."description",
    j."reference", j."reference_type", j."status", j."processed_at", j."created_at", j."updated_at", j."extra",
    (j."created_at" AT TIME ZONE 'UTC')::date, :found_by
FROM joined j WHERE j."is stored" IS FALSE RETURNING partner_id, "account_id", "created_at", "processed_at",
    "window_day"),
changed AS MATERIALIZED (SELECT * FROM joined WHERE "is changed"),
updated AS (
UPDATE vobiz."transactions" t SET "id" = CASE WHEN c."is older" THEN t."id" ELSE c."id" END,
    "account_id" = CASE WHEN c."is older" THEN t."account_id" ELSE c."account_id" END,
    "balance_id" = CASE WHEN c."is older" THEN t."balance_id" ELSE c."balance_id" END,
    "type" = CASE WHEN c."is older" THEN t."type" ELSE c."type" END,
    "amount" = CASE WHEN c."is older" THEN t."amount" ELSE c."amount" END,
    "currency" = CASE WHEN c."is older" THEN t."currency" ELSE c."currency" END,
    "description" = CASE WHEN c."is older" THEN t."description" ELSE c."description" END,
    "reference" = CASE WHEN c."is older" THEN t."reference" ELSE c."reference" END,
    "reference_type" = CASE WHEN c."is older" THEN t."reference_type" ELSE c."reference_type" END,
    "status" = CASE WHEN c."is older" THEN t."status" ELSE c."status" END,
    "processed_at" = CASE WHEN c."is older" THEN t."processed_at" ELSE c."processed_at" END,
    "created_at" = CASE WHEN c."is older" THEN t."created_at" ELSE c."created_at" END,
    "updated_at" = CASE WHEN c."is older" THEN t."updated_at" ELSE c."updated_at" END,
    "extra" = CASE WHEN c."is older" THEN t."extra" ELSE c."extra" END, partner_id = :partner, changed_at = now(),
    removed_at = NULL, found_by = CASE WHEN t.found_by = 'id' THEN :found_by ELSE t.found_by END
FROM changed c WHERE t."account_id" = c."account_id" AND t."id" = c."id"
RETURNING t.partner_id, t."account_id", t."created_at", t."processed_at", t."window_day", c."old partner_id",
    c."old created_at", c."old processed_at", c."old window_day"),
adjusted AS (
INSERT INTO vobiz.adjustments (partner_id, stream, account_id, row_key, window_day, column_name, old_value,
  new_value, difference, currency)
SELECT :partner, 'transactions', c."account_id", c."id"::text, NULL::date, v.name, v.old, v.new, v.difference,
    c.currency
FROM changed c CROSS JOIN LATERAL (VALUES
    ('amount', c."old amount"::text, c."amount"::text, c."amount"::numeric - c."old amount",
    c."amount" IS DISTINCT FROM c."old amount"),
    ('status', c."old status"::text, c."status"::text, NULL::numeric,
    c."status" IS DISTINCT FROM c."old status")) v(name, old, new, difference, differs)
WHERE v.differs AND NOT c."is older"),
touched AS (
SELECT array_agg(partner_id)::text AS partners, array_agg("account_id")::text AS customers,
  array_agg(bucket)::text AS buckets
FROM (SELECT partner_id, "account_id", vobiz_sync.bucket_of(vobiz_sync.entry_time(created_at, processed_at,
    window_day)) AS bucket FROM (
  SELECT partner_id, "account_id", "created_at", "processed_at", "window_day" FROM inserted
  UNION ALL SELECT partner_id, "account_id", "created_at", "processed_at", "window_day" FROM updated
  UNION ALL SELECT "old partner_id", "account_id", "old created_at", "old processed_at",
    "old window_day" FROM updated) r
  GROUP BY 1, 2, 3) k)
SELECT (SELECT count(*) FROM inserted) AS inserted, (SELECT count(*) FROM updated) AS updated,
  (SELECT count(*) FROM incoming) AS read, NULL AS left_days, touched.partners, touched.customers, touched.buckets
FROM touched;

-- is one of the batch stored
SELECT (SELECT count(DISTINCT v) < count(*) FROM unnest(:account_id_array::text[],
    :id_array::text[]) AS v("account_id", "id"))
  OR EXISTS (SELECT FROM unnest(:account_id_array::text[], :id_array::text[]) AS v("account_id",
    "id") CROSS JOIN LATERAL (SELECT FROM vobiz."transactions" s WHERE s."account_id" = v."account_id" AND s."id" =
    v."id" LIMIT 1) s);

-- insert of new rows
WITH inserted AS (INSERT INTO vobiz."transactions" (partner_id, "window_day", "id", "account_id", "balance_id",
    "type", "amount", "currency", "description", "reference", "reference_type", "status", "processed_at", "created_at",
    "updated_at", "extra")
SELECT :partner, :day::date, i.* FROM ROWS FROM (unnest(:id_array::text[], :account_id_array::text[],
    :balance_id_array::text[], :type_array::text[], :amount_array::numeric[], :currency_array::text[],
    :description_array::text[], :reference_array::text[], :reference_type_array::text[], :status_array::text[],
    :processed_at_array::timestamptz[], :created_at_array::timestamptz[], :updated_at_array::timestamptz[],
    :extra_array::jsonb[])) AS i RETURNING partner_id, "account_id", "created_at", "processed_at", "window_day",
    "type", "amount"),
figures AS (SELECT count(*) AS rows, coalesce(sum(amount) filter (where not vobiz.is_credit(type)), 0) AS "debit",
    coalesce(sum(amount) filter (where vobiz.is_credit(type)),
    0) AS "credit" FROM inserted t WHERE (:scope = '*' OR t."account_id" = :scope)),
touched AS (
SELECT array_agg(partner_id)::text AS partners, array_agg("account_id")::text AS customers,
  array_agg(bucket)::text AS buckets
FROM (SELECT partner_id, "account_id", vobiz_sync.bucket_of(vobiz_sync.entry_time(created_at, processed_at,
    window_day)) AS bucket FROM (
  SELECT partner_id, "account_id", "created_at", "processed_at", "window_day" FROM inserted) r
  GROUP BY 1, 2, 3) k)
SELECT (SELECT count(*) FROM inserted) AS inserted, figures.*, touched.partners, touched.customers,
    touched.buckets FROM figures, touched;

-- comparison, for verify
WITH incoming AS MATERIALIZED (
SELECT DISTINCT ON (i."account_id", i."id") *
FROM unnest(:id_array::text[], :account_id_array::text[], :balance_id_array::text[], :type_array::text[],
    :amount_array::numeric[], :currency_array::text[], :description_array::text[], :reference_array::text[],
    :reference_type_array::text[], :status_array::text[], :processed_at_array::timestamptz[],
    :created_at_array::timestamptz[], :updated_at_array::timestamptz[], :extra_array::jsonb[])
  WITH ORDINALITY AS i("id", "account_id", "balance_id", "type", "amount", "currency", "description", "reference",
    "reference_type", "status", "processed_at", "created_at", "updated_at", "extra", ordinality)
ORDER BY i."account_id", i."id", i."updated_at" DESC NULLS LAST, ordinality DESC)
SELECT array_to_string(ARRAY[i."account_id"::text, i."id"::text], ' ') AS key,
  CASE WHEN s.partner_id IS NOT NULL THEN v.name END AS column_name, v.stored, v.listed
FROM incoming i LEFT JOIN LATERAL (
  SELECT s.* FROM vobiz."transactions" s WHERE s."account_id" = i."account_id" AND s."id" = i."id" LIMIT 1) s ON
    true
LEFT JOIN LATERAL (VALUES
    ('id', s."id"::text, i."id"::text, i."id" IS DISTINCT FROM s."id"),
    ('account_id', s."account_id"::text, i."account_id"::text, i."account_id" IS DISTINCT FROM s."account_id"),
    ('balance_id', s."balance_id"::text, i."balance_id"::text, i."balance_id" IS DISTINCT FROM s."balance_id"),
    ('type', s."type"::text, i."type"::text, i."type" IS DISTINCT FROM s."type"),
    ('amount', s."amount"::text, i."amount"::text, i."amount" IS DISTINCT FROM s."amount"),
    ('currency', s."currency"::text, i."currency"::text, i."currency" IS DISTINCT FROM s."currency"),
    ('description', s."description"::text, i."description"::text, i."description" IS DISTINCT FROM s."description"),
    ('reference', s."reference"::text, i."reference"::text, i."reference" IS DISTINCT FROM s."reference"),
    ('reference_type', s."reference_type"::text, i."reference_type"::text,
    i."reference_type" IS DISTINCT FROM s."reference_type"),
    ('status', s."status"::text, i."status"::text, i."status" IS DISTINCT FROM s."status"),
    ('processed_at', s."processed_at"::text, i."processed_at"::text,
    i."processed_at" IS DISTINCT FROM s."processed_at"),
    ('created_at', s."created_at"::text, i."created_at"::text, i."created_at" IS DISTINCT FROM s."created_at"),
    ('updated_at', s."updated_at"::text, i."updated_at"::text, i."updated_at" IS DISTINCT FROM s."updated_at"),
    ('extra', s."extra"::text, i."extra"::text, i."extra" IS DISTINCT FROM s."extra")) v(name, stored, listed,
    differs)
  ON v.differs AND s.partner_id IS NOT NULL
WHERE s.partner_id IS NULL OR v.differs ORDER BY 1, 2;

-- keys of a window
SELECT t."account_id", t."id" FROM vobiz."transactions" t
WHERE t.partner_id = :partner AND t.removed_at IS NULL AND t.found_by IS NULL AND t."window_day" = :day::date
  AND (:scope = '*' OR t."account_id" = :scope);

-- keys near the midnights around it
SELECT t."account_id", t."id" FROM vobiz."transactions" t
WHERE t.partner_id = :partner AND t.removed_at IS NULL AND t.found_by IS NULL AND t."window_day" IN (:day::date - 1,
    :day::date + 1)
  AND (:scope = '*' OR t."account_id" = :scope) AND least(t."created_at") < greatest(t."window_day",
    :day::date)::timestamp AT TIME ZONE 'UTC' + interval '1 hour'
  AND greatest(t."created_at") > greatest(t."window_day", :day::date)::timestamp AT TIME ZONE 'UTC' - interval '1
    hour';

-- figures of rows with these keys
SELECT count(*) AS rows, 0::bigint AS rejects, coalesce(sum(amount) filter (where not vobiz.is_credit(type)),
    0) AS "debit", coalesce(sum(amount) filter (where vobiz.is_credit(type)), 0) AS "credit"
FROM unnest(:account_id_array::text[], :id_array::text[]) AS k("account_id",
    "id") JOIN vobiz."transactions" t ON t."account_id" = k."account_id" AND t."id" = k."id"
WHERE t.partner_id = :partner AND t.removed_at IS NULL AND t.found_by IS NULL AND t."window_day" BETWEEN :day::date
    - 1 AND :day::date + 1
  AND (:scope = '*' OR t."account_id" = :scope);

-- their removal
WITH removed AS (
UPDATE vobiz."transactions" t SET removed_at = now(), changed_at = now()
FROM unnest(:account_id_array::text[], :id_array::text[]) AS k("account_id", "id")
WHERE t."account_id" = k."account_id" AND t."id" = k."id"
  AND t.partner_id = :partner AND t.removed_at IS NULL AND t.found_by IS NULL AND t."window_day" = :day::date
  AND (:scope = '*' OR t."account_id" = :scope)
RETURNING t.partner_id, t."account_id", t."created_at", t."processed_at", t."window_day"),
touched AS (
SELECT array_agg(partner_id)::text AS partners, array_agg("account_id")::text AS customers,
  array_agg(bucket)::text AS buckets
FROM (SELECT partner_id, "account_id", vobiz_sync.bucket_of(vobiz_sync.entry_time(created_at, processed_at,
    window_day)) AS bucket FROM (
  SELECT partner_id, "account_id", "created_at", "processed_at", "window_day" FROM removed) r
  GROUP BY 1, 2, 3) k)
SELECT (SELECT count(*) FROM removed) AS removed, touched.partners, touched.customers, touched.buckets
FROM touched;

-- were such rows removed beside it
SELECT EXISTS (SELECT FROM vobiz."transactions" t
WHERE t.partner_id = :partner AND t.removed_at = now() AND t.found_by IS NULL AND t."window_day" IN (:day::date - 1,
    :day::date + 1)
  AND (:scope = '*' OR t."account_id" = :scope) AND least(t."created_at") < greatest(t."window_day",
    :day::date)::timestamp AT TIME ZONE 'UTC' + interval '1 hour'
  AND greatest(t."created_at") > greatest(t."window_day", :day::date)::timestamp AT TIME ZONE 'UTC' - interval '1
    hour');

-- figures of a window
SELECT count(*) AS rows,
  (SELECT count(*) FROM vobiz_sync.rejects r
  WHERE (r.partner_id, r.stream, r.scope, r.window_day) = (:partner, :stream, :scope, :day::date)
    AND r.resolved_at IS NULL) AS rejects, coalesce(sum(amount) filter (where not vobiz.is_credit(type)),
    0) AS "debit", coalesce(sum(amount) filter (where vobiz.is_credit(type)), 0) AS "credit"
FROM vobiz."transactions" t
WHERE t.partner_id = :partner AND t.removed_at IS NULL AND t.found_by IS NULL AND t."window_day" = :day::date
  AND (:scope = '*' OR t."account_id" = :scope);
