-- Logins that see no telephone number: vobiz_sync.let_read_masked gives a role everything but the columns with
-- personal data, and the views of vobiz_bi mask numbers for whoever may not read them in the tables.
CREATE OR REPLACE FUNCTION vobiz.masked_number(number text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT CASE WHEN number ~ '^\+?[0-9]{7,}$' THEN left(number, -6) || '****' || right(number, 2)
    WHEN number IS NOT NULL THEN '****' END $$;
COMMENT ON FUNCTION vobiz.masked_number IS
  'a telephone number without the four digits that tell whose it is; **** for anything else, as a SIP address';
