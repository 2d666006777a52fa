-- The amount of a ledger row is positive and its type gives the sign (docs/partner-api.md, "Transaction").
-- `credit` and `debit` are the types in use; of the older vocabulary those that bring money in are named
-- here, and everything else (did_rental and the like) takes money out.
CREATE OR REPLACE FUNCTION vobiz.is_credit(type text) RETURNS boolean
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT type OPERATOR(pg_catalog.=) ANY (
    ARRAY['credit', 'recharge', 'payment', 'refund', 'topup', 'top_up']) $$;
COMMENT ON FUNCTION vobiz.is_credit IS 'whether a ledger row of this type brings money into the wallet';
