-- Looks at the decimals of a span's entries and costs; at those of all, where nothing of the partner was looked at yet.
-- Accounts are grouped before their currency is looked up.
CREATE OR REPLACE FUNCTION vobiz.note_minor_units(of_partner text, from_at timestamptz, to_at timestamptz)
  RETURNS void LANGUAGE plpgsql SET plan_cache_mode = force_custom_plan SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  since timestamptz := '-infinity';
  until timestamptz := 'infinity';
BEGIN
  IF EXISTS (SELECT FROM vobiz.minor_units u WHERE u.partner_id = of_partner) THEN
    since := from_at;
    until := to_at;
  END IF;
  INSERT INTO vobiz.minor_units AS u (partner_id, currency, unit)
    SELECT of_partner, coalesce(a.currency, vobiz.account_currency(a.account_id)),
      trim_scale(power(10::numeric, -max(a.digits)))
    FROM (
      SELECT t.account_id, t.currency, max(scale(trim_scale(t.amount))) AS digits
      FROM vobiz.transactions t
      WHERE t.partner_id = of_partner AND t.removed_at IS NULL AND t.created_at >= since AND t.created_at < until
      GROUP BY t.account_id, t.currency
      UNION ALL
      SELECT c.account_id, c.currency, greatest(max(scale(trim_scale(c.cost))),
        max(scale(trim_scale(c.streaming_cost))), max(scale(trim_scale(c.total_cost))))
      FROM vobiz.cdrs c
      WHERE c.partner_id = of_partner AND c.removed_at IS NULL AND c.start_time >= since AND c.start_time < until
      GROUP BY c.account_id, c.currency) a
    WHERE a.digits IS NOT NULL
    GROUP BY 2
  ON CONFLICT (partner_id, currency) DO UPDATE SET unit = excluded.unit, seen_at = now()
    WHERE excluded.unit < u.unit;
END
$$;
COMMENT ON FUNCTION vobiz.note_minor_units IS
  'keeps the smallest decimal of each currency, by the entries and costs of a span; the first time of all';
REVOKE ALL ON FUNCTION vobiz.note_minor_units FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vobiz.note_minor_units TO vobiz_writer;
