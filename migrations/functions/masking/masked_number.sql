-- Logins that see no telephone number: vobiz_sync.let_read_masked gives a role everything but the columns with
-- personal data, and the views of vobiz_bi mask numbers for whoever may not read them in the tables. Its names have
-- their schema, so that no object of a login on its search_path is called with a number, and it can be inlined.
CREATE OR REPLACE FUNCTION vobiz.masked_number(number text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT CASE WHEN number OPERATOR(pg_catalog.~) '^\+?[0-9]{7,}$'
      THEN pg_catalog.left(number, -6) OPERATOR(pg_catalog.||) '****'
        OPERATOR(pg_catalog.||) pg_catalog.right(number, 2)
    WHEN number IS NOT NULL THEN '****' END $$;
COMMENT ON FUNCTION vobiz.masked_number IS
  'a telephone number without the four digits that tell whose it is; **** for anything else, as a SIP address';
