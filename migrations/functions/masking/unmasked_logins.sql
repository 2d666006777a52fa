CREATE OR REPLACE FUNCTION vobiz_sync.unmasked_logins() RETURNS TABLE (login name, reason text)
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT m.login, w.reason
  FROM vobiz_sync.masked_logins m JOIN pg_roles r ON r.rolname = m.login
  CROSS JOIN LATERAL (SELECT vobiz_sync.why_not_masked(m.login) AS reason) w
  WHERE w.reason IS NOT NULL ORDER BY m.login
$$;
COMMENT ON FUNCTION vobiz_sync.unmasked_logins IS
  'masked logins that have come to see numbers since, and why; check-config --connect shows them';
REVOKE ALL ON FUNCTION vobiz_sync.unmasked_logins FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vobiz_sync.unmasked_logins TO vobiz_writer;
