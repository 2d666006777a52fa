-- replaces: 1-17 ef3d4c7423f7a39848b2b272dd8a962ff45043eb9c5688305dc40bc427534c3b
-- Schemas, roles and what each role may do by default. Columns carry the API's names in second-generation spelling;
-- money is numeric without scale; every instant is timestamptz.
CREATE SCHEMA vobiz;
COMMENT ON SCHEMA vobiz IS 'the mirror: a Vobiz partner''s customers, wallets, ledger, calls and numbers';
CREATE SCHEMA vobiz_sync;
COMMENT ON SCHEMA vobiz_sync IS
  'bookkeeping of the mirror: what was read when, what is proven complete, what went wrong';
CREATE SCHEMA vobiz_bi;
COMMENT ON SCHEMA vobiz_bi IS 'views for people: reports and dashboards';
CREATE SCHEMA vobiz_part;
COMMENT ON SCHEMA vobiz_part IS 'partitions of the large tables; query the parents in schema vobiz instead';

-- Two roles without login, to be granted to whoever connects: the daemon writes, BI tools read. They
-- belong to the whole cluster, so another database may have made them already.
DO $$
DECLARE
  wanted text;
BEGIN
  FOREACH wanted IN ARRAY ARRAY['vobiz_writer', 'vobiz_reader'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
      BEGIN
        EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
      EXCEPTION WHEN insufficient_privilege THEN
        RAISE EXCEPTION 'role "%" does not exist and "%" may not create it', wanted, current_user
          USING HINT = 'have a superuser run: CREATE ROLE vobiz_writer NOLOGIN; CREATE ROLE vobiz_reader NOLOGIN; '
            'then migrate again';
      END;
    END IF;
  END LOOP;
END
$$;

GRANT USAGE ON SCHEMA vobiz, vobiz_sync, vobiz_bi TO vobiz_writer, vobiz_reader;
-- A merge looks in the months around a call's start and in the default partition by name, so that it costs the same
-- however many months there are.
GRANT USAGE ON SCHEMA vobiz_part TO vobiz_writer;

-- For what this and later files make, as long as the same role runs them.
ALTER DEFAULT PRIVILEGES IN SCHEMA vobiz, vobiz_sync GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO vobiz_writer;
ALTER DEFAULT PRIVILEGES IN SCHEMA vobiz, vobiz_sync, vobiz_bi GRANT SELECT ON TABLES TO vobiz_reader;
ALTER DEFAULT PRIVILEGES IN SCHEMA vobiz_bi GRANT SELECT ON TABLES TO vobiz_writer;

CREATE TABLE vobiz_sync.schema_migrations (
  version    integer PRIMARY KEY,
  name       text NOT NULL,
  checksum   text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE vobiz_sync.schema_migrations IS 'migrations applied to this database';
COMMENT ON COLUMN vobiz_sync.schema_migrations.version IS 'number of the migration';
COMMENT ON COLUMN vobiz_sync.schema_migrations.name IS 'name of its file';
COMMENT ON COLUMN vobiz_sync.schema_migrations.checksum IS 'sha256 of its text';
COMMENT ON COLUMN vobiz_sync.schema_migrations.applied_at IS 'when it was applied';
