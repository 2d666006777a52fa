-- What it grants follows each migrate: new columns are opened, and those that are personal now are closed.
CREATE OR REPLACE FUNCTION vobiz_sync.let_read_masked(reader name) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  why text;
BEGIN
  -- A role that does not exist is refused in PostgreSQL's words.
  PERFORM vobiz_sync.grant_masked(reader);
  why := vobiz_sync.why_not_masked(reader);
  IF why IS NOT NULL THEN
    RAISE EXCEPTION 'role "%" cannot be a masked login: %', reader, why
      USING HINT = 'take that from it first, or use another login', ERRCODE = 'invalid_grant_operation';
  END IF;
  INSERT INTO vobiz_sync.masked_logins (login) VALUES (reader) ON CONFLICT DO NOTHING;
END
$$;
COMMENT ON FUNCTION vobiz_sync.let_read_masked IS
  'makes a role a masked login: it reads everything but personal columns, now and after each migrate';
REVOKE ALL ON FUNCTION vobiz_sync.let_read_masked FROM PUBLIC;
