-- As in 0007, and the hours that a call is in progress in are no longer kept.
CREATE OR REPLACE FUNCTION vobiz_sync.roll_up_calls() RETURNS trigger LANGUAGE plpgsql
  SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  partners text[];
  accounts text[];
  buckets timestamptz[];
  ends timestamptz[];
  zone text;
BEGIN
  -- The end of a call decides which days its sweep reaches into.
  IF TG_OP = 'INSERT' THEN
    SELECT array_agg(partner_id), array_agg(account_id), array_agg(bucket), array_agg(ends_at)
    INTO partners, accounts, buckets, ends
    FROM (
      SELECT partner_id, account_id, vobiz_sync.bucket_of(start_time) AS bucket,
        max(vobiz_sync.call_end(start_time, end_time, duration)) AS ends_at
      FROM new_rows GROUP BY 1, 2, 3) k;
  ELSIF TG_OP = 'DELETE' THEN
    SELECT array_agg(partner_id), array_agg(account_id), array_agg(bucket), array_agg(ends_at)
    INTO partners, accounts, buckets, ends
    FROM (
      SELECT partner_id, account_id, vobiz_sync.bucket_of(start_time) AS bucket,
        max(vobiz_sync.call_end(start_time, end_time, duration)) AS ends_at
      FROM old_rows GROUP BY 1, 2, 3) k;
  ELSE
    SELECT array_agg(partner_id), array_agg(account_id), array_agg(bucket), array_agg(ends_at)
    INTO partners, accounts, buckets, ends
    FROM (
      SELECT partner_id, account_id, vobiz_sync.bucket_of(start_time) AS bucket,
        max(vobiz_sync.call_end(start_time, end_time, duration)) AS ends_at
      FROM (
        SELECT partner_id, account_id, start_time, end_time, duration FROM old_rows UNION ALL
        SELECT partner_id, account_id, start_time, end_time, duration FROM new_rows) both_rows
      GROUP BY 1, 2, 3) k;
  END IF;
  IF partners IS NULL THEN
    RETURN NULL;
  END IF;
  zone := vobiz_sync.lock_days('calls', partners || partners, buckets || ends);
  INSERT INTO vobiz_sync.rollup_marks
    SELECT DISTINCT partner, d::date, 'concurrency', '*'
    FROM unnest(partners, buckets, ends) AS u(partner, bucket, ends_at) CROSS JOIN LATERAL generate_series(
      (bucket AT TIME ZONE zone)::date, (ends_at AT TIME ZONE zone)::date, interval '1 day') d
  ON CONFLICT DO NOTHING;
  DELETE FROM vobiz_sync.concurrency_hours h USING (
    SELECT partner, bucket, max(ends_at) AS ends_at FROM unnest(partners, buckets, ends) AS u(partner, bucket, ends_at)
    GROUP BY 1, 2) k
  WHERE h.partner_id = k.partner AND h.hour > k.bucket - interval '1 hour' AND h.hour <= k.ends_at;
  PERFORM vobiz_sync.mark_days('calls', partners, accounts, buckets, zone);
  PERFORM vobiz_sync.refresh_calls(partners, accounts, buckets, vobiz_sync.bucket_ends(buckets), zone);
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION vobiz_sync.roll_up_calls IS 'keeps the rollups of calls in the statement that changes calls';
REVOKE ALL ON FUNCTION vobiz_sync.roll_up_calls FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vobiz_sync.roll_up_calls TO vobiz_writer;

CREATE TRIGGER roll_up_inserted AFTER INSERT ON vobiz.cdrs
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION vobiz_sync.roll_up_calls();
CREATE TRIGGER roll_up_updated AFTER UPDATE ON vobiz.cdrs
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION vobiz_sync.roll_up_calls();
CREATE TRIGGER roll_up_deleted AFTER DELETE ON vobiz.cdrs
  REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION vobiz_sync.roll_up_calls();
