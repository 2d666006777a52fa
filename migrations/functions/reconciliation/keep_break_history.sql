-- Of whoever may change a break, nobody takes a line of its history away, or changes one.
CREATE OR REPLACE FUNCTION vobiz.keep_break_history() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF EXISTS (SELECT FROM jsonb_array_elements(OLD.history) WITH ORDINALITY AS line(value, place)
      WHERE line.value IS DISTINCT FROM NEW.history -> (line.place - 1)::integer) THEN
    RAISE EXCEPTION 'the history of break % only grows', OLD.id USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$$;
COMMENT ON FUNCTION vobiz.keep_break_history IS 'refuses a change of a break that takes from its history';
REVOKE ALL ON FUNCTION vobiz.keep_break_history FROM PUBLIC;

CREATE TRIGGER keep_break_history BEFORE UPDATE ON vobiz.reconciliation_breaks
  FOR EACH ROW WHEN (OLD.history IS DISTINCT FROM NEW.history) EXECUTE FUNCTION vobiz.keep_break_history();
