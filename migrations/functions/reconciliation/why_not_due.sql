-- The words are those of the gate (src/reconcile/gate.cpp) and of day_proofs. A day that the nightly run has had 26
-- hours to judge since is not waiting any more: then nobody runs the checks.
CREATE OR REPLACE FUNCTION vobiz.why_not_due(reason text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT CASE
    WHEN reason LIKE 'the API does not offer %' THEN 'not_offered'
    WHEN substring(reason FROM '^the day is judged from (\d{4}-\d\d-\d\d \d\d:\d\d) on$')::timestamp
        AT TIME ZONE (SELECT timezone FROM vobiz.settings) > now() - interval '26 hours' THEN 'not_due' END
$$;
COMMENT ON FUNCTION vobiz.why_not_due IS
  'whether a check was not run though nothing is wrong, by its reason: not_due or not_offered; null: it should have '
  'been';
