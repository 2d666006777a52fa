-- The digits of the number that an entry names: the first run of 8 to 15 digits.
CREATE OR REPLACE FUNCTION vobiz.number_named(reference text, description text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT coalesce(substring(reference FROM '\m[0-9]{8,15}\M'), substring(description FROM '\m[0-9]{8,15}\M')) $$;
COMMENT ON FUNCTION vobiz.number_named IS 'digits of the phone number that a ledger entry names';
