CREATE OR REPLACE FUNCTION vobiz.keep_partner_balances() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  INSERT INTO vobiz.partner_balances (partner_id, currency, captured_at, balance)
  SELECT NEW.auth_id, coalesce(NEW.currency, 'XXX'), clock_timestamp(), NEW.balance
  WHERE NEW.balance IS DISTINCT FROM (
    SELECT b.balance FROM vobiz.partner_balances b
    WHERE (b.partner_id, b.currency) = (NEW.auth_id, coalesce(NEW.currency, 'XXX'))
    ORDER BY b.captured_at DESC LIMIT 1);
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION vobiz.keep_partner_balances IS 'keeps the history of the master wallet';
REVOKE ALL ON FUNCTION vobiz.keep_partner_balances FROM PUBLIC;

CREATE TRIGGER keep_partner_balances AFTER INSERT OR UPDATE ON vobiz.partners
  FOR EACH ROW WHEN (NEW.balance IS NOT NULL) EXECUTE FUNCTION vobiz.keep_partner_balances();
