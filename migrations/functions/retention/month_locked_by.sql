-- The oldest transaction that has locked the partition of a month or what is locked with it; null: none has.
CREATE OR REPLACE FUNCTION vobiz_sync.month_locked_by(of_month date) RETURNS text
  LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT CASE WHEN l.pid IS NULL THEN 'a prepared transaction'
      ELSE format('the transaction of session %s%s', l.pid, coalesce(format(' ("%s")', a.usename), '')) END
    FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid
    WHERE l.granted AND l.locktype = 'relation' AND l.pid IS DISTINCT FROM pg_backend_pid()
      AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
      AND l.relation IN (to_regclass('vobiz.cdrs'), to_regclass('vobiz_part.cdrs_default'),
        to_regclass(format('vobiz_part.%I', 'cdrs_' || to_char(of_month, 'YYYY_MM'))))
    ORDER BY a.xact_start NULLS FIRST, l.pid LIMIT 1
$$;
COMMENT ON FUNCTION vobiz_sync.month_locked_by IS
  'the oldest transaction that keeps a month of calls from being dropped; null: there is none';
REVOKE ALL ON FUNCTION vobiz_sync.month_locked_by FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vobiz_sync.month_locked_by TO vobiz_writer;
