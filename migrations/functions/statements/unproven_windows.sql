CREATE OR REPLACE FUNCTION vobiz.unproven_windows(of_partner text, of_account text, of_month date) RETURNS bigint
  LANGUAGE sql STABLE SET jit = off SET search_path = pg_catalog, pg_temp
AS $$
  SELECT count(*) FROM generate_series(
    (vobiz.billing_day_start(of_month) AT TIME ZONE 'UTC')::date::timestamp,
    vobiz.billing_day_start((of_month + interval '1 month')::date) AT TIME ZONE 'UTC' - interval '1 microsecond',
    interval '1 day') d
  CROSS JOIN (VALUES ('cdrs'), ('transactions')) v(stream)
  WHERE NOT EXISTS (SELECT FROM vobiz_sync.windows x
    WHERE x.partner_id = of_partner AND x.stream = v.stream AND x.scope IN ('*', of_account)
      AND x.day = d::date AND x.state = 'proven')
    OR EXISTS (SELECT FROM vobiz_sync.spans s
    WHERE s.partner_id = of_partner AND s.stream = v.stream AND s.scope IN ('*', of_account) AND NOT s.agrees
      AND d::date BETWEEN s.differs_from AND s.differs_to)
$$;
COMMENT ON FUNCTION vobiz.unproven_windows IS
  'UTC days that touch a billing month and are not proven for a customer, or contradicted by a span; calls and ledger '
  'counted each';
