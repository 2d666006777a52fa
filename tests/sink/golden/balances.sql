-- merge of listed rows
WITH incoming AS MATERIALIZED (
SELECT DISTINCT ON (i."auth_id", coalesce(i."currency", vobiz.account_currency(i.auth_id))) *
FROM unnest(:auth_id_array::text[], :currency_array::text[], :cash_credits_array::numeric[],
    :updated_at_array::timestamptz[], :extra_array::jsonb[])
  WITH ORDINALITY AS i("auth_id", "currency", "cash_credits", "updated_at", "extra", ordinality)
ORDER BY i."auth_id", coalesce(i."currency", vobiz.account_currency(i.auth_id)), ordinality DESC),
joined AS MATERIALIZED (SELECT i."auth_id" AS "auth_id", coalesce(i."currency",
    vobiz.account_currency(i.auth_id)) AS "currency", i."cash_credits" AS "cash_credits",
    i."updated_at" AS "updated_at", i."extra" AS "extra" FROM incoming i),
inserted AS (
INSERT INTO vobiz."account_balances" (partner_id, captured_at, "auth_id", "currency", "cash_credits", "updated_at",
    "extra")
SELECT :partner, now(), j."auth_id", j."currency", j."cash_credits", j."updated_at", j."extra"
FROM joined j LEFT JOIN LATERAL (SELECT * FROM vobiz."account_balances" s WHERE s.partner_id = :partner AND
    s."auth_id" = j."auth_id" AND s."currency" = j."currency"
  ORDER BY s.captured_at DESC LIMIT 1) s ON true
WHERE s.captured_at IS NULL OR ROW(j."auth_id", j."currency", j."cash_credits",
    j."extra") IS DISTINCT FROM ROW(s."auth_id", s."currency", s."cash_credits", s."extra")
RETURNING 1)
SELECT (SELECT count(*) FROM inserted) AS inserted, 0 AS updated,
  (SELECT count(*) FROM incoming) AS read, NULL AS left_days;
