-- The first prices that are seen hold for all time before. Those after hold from when they are seen, and perhaps from
-- the last good reading of the list of customers on, which carries them.
CREATE OR REPLACE FUNCTION vobiz.keep_price_lists() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  before vobiz.price_lists;
BEGIN
  SELECT * INTO before FROM vobiz.price_lists l WHERE l.tier_id = NEW.id ORDER BY l.seen_from DESC LIMIT 1;
  IF before.tier_id IS NOT NULL AND (NEW.currency, NEW.rate_per_minute, NEW.streaming_rate_per_minute,
      NEW.charge_non_connected_calls, NEW.non_connected_call_fee) IS NOT DISTINCT FROM (before.currency,
      before.rate_per_minute, before.streaming_rate_per_minute, before.charge_non_connected_calls,
      before.non_connected_call_fee) THEN
    RETURN NULL;
  END IF;
  INSERT INTO vobiz.price_lists (partner_id, tier_id, seen_from, seen_after, currency, rate_per_minute,
    streaming_rate_per_minute, charge_non_connected_calls, non_connected_call_fee)
  VALUES (NEW.partner_id, NEW.id, CASE WHEN before.tier_id IS NULL THEN '-infinity' ELSE clock_timestamp() END,
    CASE WHEN before.tier_id IS NOT NULL THEN (SELECT s.last_success_at FROM vobiz_sync.streams s
      WHERE (s.partner_id, s.stream) = (NEW.partner_id, 'accounts')) END,
    NEW.currency, NEW.rate_per_minute, NEW.streaming_rate_per_minute, NEW.charge_non_connected_calls,
    NEW.non_connected_call_fee);
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION vobiz.keep_price_lists IS 'keeps the history of the prices of each price list';
REVOKE ALL ON FUNCTION vobiz.keep_price_lists FROM PUBLIC;

CREATE TRIGGER keep_price_lists AFTER INSERT OR UPDATE ON vobiz.pricing_tiers
  FOR EACH ROW EXECUTE FUNCTION vobiz.keep_price_lists();
