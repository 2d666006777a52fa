-- Partitions of vobiz.cdrs for every month that [first, last] touches. A definer's function: whoever owns
-- the tables lends this one right to the daemon's role. Rows that wait in the default partition move into
-- their month. Returns how many partitions it made. Refuses days that no row belongs to, as the decoder does.
-- Two daemons may want the same month at once: the second waits and finds it made. It looks into the table of
-- tables itself, because to_regclass() remembered from before the wait that there was none.
CREATE OR REPLACE FUNCTION vobiz_sync.ensure_cdr_partitions(first date, last date) RETURNS integer
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  month date := date_trunc('month', first)::date;
  name text;
  parts regnamespace := 'vobiz_part';
  made integer := 0;
  lower_bound timestamptz;
  upper_bound timestamptz;
BEGIN
  IF first < '1970-01-01' OR last > '2200-12-31' THEN
    RAISE EXCEPTION 'no row belongs to the days % to %', first, last USING ERRCODE = 'invalid_parameter_value';
  END IF;
  WHILE month <= last LOOP
    name := 'cdrs_' || to_char(month, 'YYYY_MM');
    IF NOT EXISTS (SELECT FROM pg_class WHERE relnamespace = parts AND relname = name) THEN
      PERFORM pg_advisory_xact_lock(hashtextextended('vobiz_part.' || name, 0));
      IF NOT EXISTS (SELECT FROM pg_class WHERE relnamespace = parts AND relname = name) THEN
        lower_bound := month::timestamp AT TIME ZONE 'UTC';
        upper_bound := (month + interval '1 month')::timestamp AT TIME ZONE 'UTC';
        EXECUTE format('CREATE TABLE vobiz_part.%I (LIKE vobiz.cdrs INCLUDING ALL)', name);
        EXECUTE format(
          'WITH moved AS (DELETE FROM vobiz_part.cdrs_default
             WHERE start_time >= %L AND start_time < %L RETURNING *)
           INSERT INTO vobiz_part.%I SELECT * FROM moved', lower_bound, upper_bound, name);
        EXECUTE format('ALTER TABLE vobiz.cdrs ATTACH PARTITION vobiz_part.%I FOR VALUES FROM (%L) TO (%L)',
          name, lower_bound, upper_bound);
        EXECUTE format('COMMENT ON TABLE vobiz_part.%I IS %L', name,
          'calls that started in ' || to_char(month, 'YYYY-MM') || ' (UTC); query vobiz.cdrs instead');
        made := made + 1;
      END IF;
    END IF;
    month := (month + interval '1 month')::date;
  END LOOP;
  RETURN made;
END
$$;
COMMENT ON FUNCTION vobiz_sync.ensure_cdr_partitions IS 'makes the monthly partitions of vobiz.cdrs for a span of days';
REVOKE ALL ON FUNCTION vobiz_sync.ensure_cdr_partitions FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vobiz_sync.ensure_cdr_partitions TO vobiz_writer;
