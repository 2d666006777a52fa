-- Whether an entry has moved the wallet. The API's spelling is lower case; an export may differ.
CREATE OR REPLACE FUNCTION vobiz.is_cash(status text) RETURNS boolean
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT coalesce(pg_catalog.lower(status), 'completed') OPERATOR(pg_catalog.=) 'completed' $$;
COMMENT ON FUNCTION vobiz.is_cash IS 'whether a ledger entry of this status has moved the wallet';
