CREATE OR REPLACE FUNCTION vobiz_sync.roll_up_ledger() RETURNS trigger LANGUAGE plpgsql
  SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  partners text[];
  accounts text[];
  buckets timestamptz[];
BEGIN
  IF TG_OP = 'INSERT' THEN
    SELECT array_agg(partner_id), array_agg(account_id), array_agg(bucket) INTO partners, accounts, buckets
    FROM (
      SELECT DISTINCT partner_id, account_id,
        vobiz_sync.bucket_of(vobiz_sync.entry_time(created_at, processed_at, window_day)) AS bucket
      FROM new_rows) k;
  ELSIF TG_OP = 'DELETE' THEN
    SELECT array_agg(partner_id), array_agg(account_id), array_agg(bucket) INTO partners, accounts, buckets
    FROM (
      SELECT DISTINCT partner_id, account_id,
        vobiz_sync.bucket_of(vobiz_sync.entry_time(created_at, processed_at, window_day)) AS bucket
      FROM old_rows) k;
  ELSE
    SELECT array_agg(partner_id), array_agg(account_id), array_agg(bucket) INTO partners, accounts, buckets
    FROM (
      SELECT partner_id, account_id,
        vobiz_sync.bucket_of(vobiz_sync.entry_time(created_at, processed_at, window_day)) AS bucket
      FROM old_rows UNION
      SELECT partner_id, account_id,
        vobiz_sync.bucket_of(vobiz_sync.entry_time(created_at, processed_at, window_day))
      FROM new_rows) k;
  END IF;
  IF partners IS NOT NULL THEN
    PERFORM vobiz_sync.mark_days('ledger', partners, accounts, buckets,
      vobiz_sync.lock_days('ledger', partners, buckets));
    PERFORM vobiz_sync.refresh_ledger(partners, accounts, buckets, vobiz_sync.bucket_ends(buckets));
  END IF;
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION vobiz_sync.roll_up_ledger IS
  'keeps the rollups of the ledger in the statement that changes entries';
REVOKE ALL ON FUNCTION vobiz_sync.roll_up_ledger FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vobiz_sync.roll_up_ledger TO vobiz_writer;

CREATE TRIGGER roll_up_inserted AFTER INSERT ON vobiz.transactions
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION vobiz_sync.roll_up_ledger();
CREATE TRIGGER roll_up_updated AFTER UPDATE ON vobiz.transactions
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION vobiz_sync.roll_up_ledger();
CREATE TRIGGER roll_up_deleted AFTER DELETE ON vobiz.transactions
  REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION vobiz_sync.roll_up_ledger();
