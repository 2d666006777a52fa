-- What a transaction that has changed calls ends with: the buckets that the calls are in now or were in before are made
-- whole, their days are marked, and the hours in which such a call is or was in progress are no longer kept. A bucket
-- may be given more than once. `ends` says until when its calls are in progress, which decides what days their peaks
-- reach into.
-- With its arguments below, since a function of the name without any was the trigger before.
CREATE OR REPLACE FUNCTION vobiz_sync.roll_up_calls(
  partners text[], accounts text[], buckets timestamptz[], ends timestamptz[])
  RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  key_partners text[];
  key_accounts text[];
  key_buckets timestamptz[];
  -- The same for all customers of a partner together.
  all_partners text[];
  all_buckets timestamptz[];
  all_ends timestamptz[];
  zone text;
BEGIN
  SELECT array_agg(k.partner), array_agg(k.account), array_agg(k.bucket) INTO key_partners, key_accounts, key_buckets
  FROM (
    SELECT DISTINCT u.partner, u.account, u.bucket
    FROM unnest(partners, accounts, buckets) AS u(partner, account, bucket)) k;
  IF key_partners IS NULL THEN
    RETURN;
  END IF;
  SELECT array_agg(k.partner), array_agg(k.bucket), array_agg(k.ends_at) INTO all_partners, all_buckets, all_ends
  FROM (
    SELECT u.partner, u.bucket, max(u.ends_at) AS ends_at
    FROM unnest(partners, buckets, ends) AS u(partner, bucket, ends_at) GROUP BY 1, 2) k;
  zone := vobiz_sync.lock_days('calls', all_partners || all_partners, all_buckets || all_ends);
  INSERT INTO vobiz_sync.rollup_marks
    SELECT DISTINCT u.partner, d::date, 'concurrency', '*'
    FROM unnest(all_partners, all_buckets, all_ends) AS u(partner, bucket, ends_at) CROSS JOIN LATERAL generate_series(
      (u.bucket AT TIME ZONE zone)::date, (u.ends_at AT TIME ZONE zone)::date, interval '1 day') d
  ON CONFLICT DO NOTHING;
  DELETE FROM vobiz_sync.concurrency_hours h USING unnest(all_partners, all_buckets, all_ends)
    AS k(partner, bucket, ends_at)
  WHERE h.partner_id = k.partner AND h.hour > k.bucket - interval '1 hour' AND h.hour <= k.ends_at;
  PERFORM vobiz_sync.mark_days('calls', key_partners, key_accounts, key_buckets, zone);
  PERFORM vobiz_sync.refresh_calls(key_partners, key_accounts, key_buckets, vobiz_sync.bucket_ends(key_buckets), zone);
END
$$;
COMMENT ON FUNCTION vobiz_sync.roll_up_calls(text[], text[], timestamptz[], timestamptz[]) IS
  'makes the rollups of calls whole for the buckets that a transaction has touched';
REVOKE ALL ON FUNCTION vobiz_sync.roll_up_calls(text[], text[], timestamptz[], timestamptz[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vobiz_sync.roll_up_calls(text[], text[], timestamptz[], timestamptz[]) TO vobiz_writer;
