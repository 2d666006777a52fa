CREATE OR REPLACE FUNCTION vobiz_sync.keep_latest_judgements() RETURNS trigger LANGUAGE plpgsql
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  INSERT INTO vobiz_sync.latest_judgements AS l
    SELECT partner_id, billing_day, check_name, max(run_id) FROM judged GROUP BY 1, 2, 3
  ON CONFLICT (partner_id, billing_day, check_name) DO UPDATE SET run_id = excluded.run_id
    WHERE l.run_id < excluded.run_id;
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION vobiz_sync.keep_latest_judgements IS 'keeps which run judged a billing day last with a check';
REVOKE ALL ON FUNCTION vobiz_sync.keep_latest_judgements FROM PUBLIC;

CREATE TRIGGER keep_latest_judgements AFTER INSERT ON vobiz.reconciliation_results
  REFERENCING NEW TABLE AS judged FOR EACH STATEMENT EXECUTE FUNCTION vobiz_sync.keep_latest_judgements();
