-- The service's role gets exactly what the service does: vobiz_sync.set_rights grants it, at the end of each migrate.
-- What a later file makes is read, until service_rights says more.
ALTER DEFAULT PRIVILEGES IN SCHEMA vobiz, vobiz_sync REVOKE INSERT, UPDATE, DELETE ON TABLES FROM vobiz_writer;

CREATE TABLE vobiz_sync.masked_logins (
  login name PRIMARY KEY,
  since timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE vobiz_sync.masked_logins IS
  'roles that vobiz_sync.let_read_masked was called for: migrate keeps their rights, check-config looks after them';
COMMENT ON COLUMN vobiz_sync.masked_logins.login IS 'name of the role';
COMMENT ON COLUMN vobiz_sync.masked_logins.since IS 'when it became one';

-- Who was made one before: nothing else grants single columns of that table.
INSERT INTO vobiz_sync.masked_logins (login)
  SELECT DISTINCT r.rolname
  FROM pg_attribute a CROSS JOIN LATERAL aclexplode(a.attacl) x JOIN pg_roles r ON r.oid = x.grantee
  WHERE a.attrelid = 'vobiz_sync.schema_migrations'::regclass;
