-- The currency of a customer's wallet where the balance itself does not state one. XXX is ISO 4217's code
-- for "no currency": an amount is never given a currency that nobody stated.
CREATE OR REPLACE FUNCTION vobiz.account_currency(customer text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT coalesce(a.currency, t.currency, p.currency, 'XXX')
    FROM (SELECT customer AS auth_id) c
    LEFT JOIN vobiz.accounts a ON a.auth_id = c.auth_id
    LEFT JOIN vobiz.pricing_tiers t ON t.id = a.pricing_tier_id
    LEFT JOIN vobiz.partners p ON p.auth_id = a.partner_id
  $$;
COMMENT ON FUNCTION vobiz.account_currency IS
  'currency of a customer''s wallet: the account''s own, else its tier''s, else the partner''s, else XXX';
