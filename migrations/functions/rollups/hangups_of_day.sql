CREATE OR REPLACE FUNCTION vobiz_sync.hangups_of_day(of_partner text, of_day date, of_account text)
  RETURNS SETOF vobiz_sync.hangup_days LANGUAGE sql STABLE ROWS 4 AS $$
  SELECT of_partner, of_account, of_day, b.call_direction, b.hangup_cause,
    {{hangup_measures, pg_catalog.@sum(b.@name)::@type}}
  FROM vobiz.hangup_buckets b
  WHERE (b.partner_id OPERATOR(pg_catalog.=) of_partner) IS TRUE AND b.account_id OPERATOR(pg_catalog.=) of_account
    AND b.bucket_start OPERATOR(pg_catalog.>=) vobiz.billing_day_start(of_day)
    AND b.bucket_start OPERATOR(pg_catalog.<) vobiz.billing_day_start(of_day OPERATOR(pg_catalog.+) 1)
  GROUP BY b.call_direction, b.hangup_cause
$$;
COMMENT ON FUNCTION vobiz_sync.hangups_of_day IS 'hangup_buckets of one customer and billing day added up';
