CREATE OR REPLACE FUNCTION vobiz.keep_customer_terms() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  before vobiz.customer_terms;
  active boolean := coalesce(NEW.is_active, lower(NEW.status) = 'active');
BEGIN
  SELECT * INTO before FROM vobiz.customer_terms l
  WHERE l.account_id = NEW.auth_id ORDER BY l.seen_from DESC LIMIT 1;
  IF before.account_id IS NOT NULL
    AND (before.tier_id, before.is_active) IS NOT DISTINCT FROM (NEW.pricing_tier_id, active) THEN
    RETURN NULL;
  END IF;
  INSERT INTO vobiz.customer_terms (partner_id, account_id, seen_from, seen_after, tier_id, is_active)
  VALUES (NEW.partner_id, NEW.auth_id,
    CASE WHEN before.account_id IS NULL THEN '-infinity' ELSE clock_timestamp() END,
    CASE WHEN before.account_id IS NOT NULL THEN (SELECT s.last_success_at FROM vobiz_sync.streams s
      WHERE (s.partner_id, s.stream) = (NEW.partner_id, 'accounts')) END, NEW.pricing_tier_id, active);
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION vobiz.keep_customer_terms IS 'keeps the history of the price list and the state of each customer';
REVOKE ALL ON FUNCTION vobiz.keep_customer_terms FROM PUBLIC;

-- A customer that is new, and one that gets another price list or state: nothing else is looked at.
CREATE TRIGGER keep_new_customer_terms AFTER INSERT ON vobiz.accounts
  FOR EACH ROW EXECUTE FUNCTION vobiz.keep_customer_terms();
CREATE TRIGGER keep_customer_terms AFTER UPDATE ON vobiz.accounts
  FOR EACH ROW WHEN ((OLD.pricing_tier_id, OLD.is_active, OLD.status)
    IS DISTINCT FROM (NEW.pricing_tier_id, NEW.is_active, NEW.status))
  EXECUTE FUNCTION vobiz.keep_customer_terms();
