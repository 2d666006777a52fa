-- A clock that is moved by less than an hour has hours of which one day holds a part, so buckets tell the day; their
-- hours only find them, by the index that there is.
CREATE OR REPLACE FUNCTION vobiz_sync.hours_of_day(of_partner text, of_day date)
  RETURNS SETOF vobiz_sync.usage_hours LANGUAGE sql STABLE ROWS 100 AS $$
  WITH edges AS MATERIALIZED (
    SELECT vobiz.billing_day_start(of_day) AS from_time,
      vobiz.billing_day_start(of_day OPERATOR(pg_catalog.+) 1) AS to_time
  )
  SELECT of_partner, of_day, b.hour, b.call_direction, b.currency, {{hour_measures, pg_catalog.@sum(b.@name)::@type}}
  FROM edges e JOIN vobiz.usage_buckets b
    ON b.hour OPERATOR(pg_catalog.>) (e.from_time OPERATOR(pg_catalog.-) interval '1 hour')
      AND b.hour OPERATOR(pg_catalog.<) e.to_time
      AND b.bucket_start OPERATOR(pg_catalog.>=) e.from_time AND b.bucket_start OPERATOR(pg_catalog.<) e.to_time
  WHERE b.partner_id OPERATOR(pg_catalog.=) of_partner
  GROUP BY b.hour, b.call_direction, b.currency
$$;
COMMENT ON FUNCTION vobiz_sync.hours_of_day IS 'usage_buckets of one partner and billing day added up by hour';
