-- As roll_up_calls, for the ledger.
-- With its arguments below, since a function of the name without any was the trigger before.
CREATE OR REPLACE FUNCTION vobiz_sync.roll_up_ledger(partners text[], accounts text[], buckets timestamptz[])
  RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  key_partners text[];
  key_accounts text[];
  key_buckets timestamptz[];
BEGIN
  SELECT array_agg(k.partner), array_agg(k.account), array_agg(k.bucket) INTO key_partners, key_accounts, key_buckets
  FROM (
    SELECT DISTINCT u.partner, u.account, u.bucket
    FROM unnest(partners, accounts, buckets) AS u(partner, account, bucket)) k;
  IF key_partners IS NULL THEN
    RETURN;
  END IF;
  PERFORM vobiz_sync.mark_days('ledger', key_partners, key_accounts, key_buckets,
    vobiz_sync.lock_days('ledger', key_partners, key_buckets));
  PERFORM vobiz_sync.refresh_ledger(key_partners, key_accounts, key_buckets, vobiz_sync.bucket_ends(key_buckets));
END
$$;
COMMENT ON FUNCTION vobiz_sync.roll_up_ledger(text[], text[], timestamptz[]) IS
  'makes the rollups of the ledger whole for the buckets that a transaction has touched';
REVOKE ALL ON FUNCTION vobiz_sync.roll_up_ledger(text[], text[], timestamptz[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vobiz_sync.roll_up_ledger(text[], text[], timestamptz[]) TO vobiz_writer;
