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
          USING HINT = 'have a superuser run: CREATE ROLE vobiz_writer NOLOGIN; CREATE ROLE vobiz_reader NOLOGIN; then migrate again';
      END;
    END IF;
  END LOOP;
END
$$;

GRANT USAGE ON SCHEMA vobiz, vobiz_sync, vobiz_bi TO vobiz_writer, vobiz_reader;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA vobiz, vobiz_sync TO vobiz_writer;
GRANT SELECT ON ALL TABLES IN SCHEMA vobiz, vobiz_sync, vobiz_bi TO vobiz_reader;
GRANT EXECUTE ON FUNCTION vobiz_sync.ensure_cdr_partitions(date, date) TO vobiz_writer;

-- What later migrations add is covered too, as long as the same role runs them.
ALTER DEFAULT PRIVILEGES IN SCHEMA vobiz, vobiz_sync GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO vobiz_writer;
ALTER DEFAULT PRIVILEGES IN SCHEMA vobiz, vobiz_sync, vobiz_bi GRANT SELECT ON TABLES TO vobiz_reader;
ALTER DEFAULT PRIVILEGES IN SCHEMA vobiz_bi GRANT SELECT ON TABLES TO vobiz_writer;
