-- Which prices held for which customer when, as far as they touch a span. From maybe_from on these prices may have held
-- already, until valid_from those before: the change was seen between two readings.
CREATE OR REPLACE FUNCTION vobiz.price_lists_of(of_partner text, from_at timestamptz, to_at timestamptz)
  RETURNS TABLE (account_id text, currency text, valid_from timestamptz, valid_until timestamptz,
    maybe_from timestamptz, rate numeric, streaming_rate numeric, fee numeric)
  LANGUAGE sql STABLE ROWS 5000 SET search_path = pg_catalog, pg_temp
AS $$
  SELECT r.account_id, r.currency, r.valid_from, r.valid_until, r.maybe_from, r.rate_per_minute,
    r.streaming_rate_per_minute,
    CASE WHEN r.charge_non_connected_calls THEN coalesce(r.non_connected_call_fee, 0) ELSE 0 END
  FROM (
    SELECT c.account_id, l.currency, l.rate_per_minute, l.streaming_rate_per_minute, l.charge_non_connected_calls,
      l.non_connected_call_fee, greatest(c.seen_from, l.seen_from) AS valid_from,
      least(c.seen_until, l.seen_until) AS valid_until,
      CASE WHEN c.seen_from >= l.seen_from THEN least(c.seen_after, c.seen_from)
        ELSE least(l.seen_after, l.seen_from) END AS maybe_from
    FROM (
      SELECT p.account_id, p.tier_id, p.seen_from, p.seen_after,
        lead(p.seen_from, 1, 'infinity') OVER (PARTITION BY p.account_id ORDER BY p.seen_from) AS seen_until
      FROM vobiz.customer_terms p WHERE p.partner_id = of_partner) c
    JOIN (
      SELECT p.*, lead(p.seen_from, 1, 'infinity') OVER (PARTITION BY p.tier_id ORDER BY p.seen_from) AS seen_until
      FROM vobiz.price_lists p WHERE p.partner_id = of_partner) l USING (tier_id)) r
  WHERE r.valid_from < r.valid_until AND r.maybe_from < to_at AND r.valid_until > from_at
$$;
COMMENT ON FUNCTION vobiz.price_lists_of IS 'the prices of each customer that held in a span, with when they did';
