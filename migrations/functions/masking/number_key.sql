-- Calls mostly name numbers without a "+", the inventory names them with one. Its names have their schema, as those of
-- masked_number, so that it can be inlined. A masked number keeps its stars, and anything else stays as it is.
CREATE OR REPLACE FUNCTION vobiz.number_key(number text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT CASE WHEN number OPERATOR(pg_catalog.~) '^[+0-9(][-0-9 ()./*]*$'
      THEN pg_catalog.regexp_replace(pg_catalog.translate(number, '-+ ()./', ''), '^00', '')
    ELSE number END $$;
COMMENT ON FUNCTION vobiz.number_key IS
  'a telephone number to compare: without "+", "00", blanks and marks; what is no number stays as it is';
