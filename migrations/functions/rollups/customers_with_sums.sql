-- Each customer is found by the one before it in the primary keys, which takes a look at each customer and not at each
-- row.
CREATE OR REPLACE FUNCTION vobiz_sync.customers_with_sums() RETURNS SETOF text
  LANGUAGE sql STABLE ROWS 500 SET search_path = pg_catalog, pg_temp AS $$
  WITH RECURSIVE found AS (
    SELECT '' AS account_id
    UNION ALL
    SELECT least(
      (SELECT min(b.account_id) FROM vobiz.usage_buckets b WHERE b.account_id > f.account_id),
      (SELECT min(b.account_id) FROM vobiz.hangup_buckets b WHERE b.account_id > f.account_id),
      (SELECT min(b.account_id) FROM vobiz.ledger_buckets b WHERE b.account_id > f.account_id))
    FROM found f WHERE f.account_id IS NOT NULL)
  SELECT f.account_id FROM found f WHERE f.account_id <> ''
$$;
COMMENT ON FUNCTION vobiz_sync.customers_with_sums IS 'the customers that there are rollups of, of all partners';
REVOKE ALL ON FUNCTION vobiz_sync.customers_with_sums FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vobiz_sync.customers_with_sums TO vobiz_writer;
