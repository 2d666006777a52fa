-- The windows of a stream, UTC day by UTC day: when the day was proven, or in words why it is not. A day
-- counts by its global window, or by those of all customers.
CREATE OR REPLACE FUNCTION vobiz_sync.day_proofs(of_partner text, of_stream text, first date, last date)
  RETURNS TABLE (day date, missing text, oldest timestamptz, newest timestamptz)
  LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
  WITH w AS MATERIALIZED (
    SELECT * FROM vobiz_sync.windows w
    WHERE w.partner_id = of_partner AND w.stream = of_stream AND w.day BETWEEN first AND last),
  customers AS MATERIALIZED (
    SELECT w.day, count(*) FILTER (WHERE w.state <> 'proven') AS unproven,
      min(w.scope) FILTER (WHERE w.state <> 'proven') AS which, min(w.proven_at) AS oldest, max(w.proven_at) AS newest,
      array_agg(w.scope) AS scopes
    FROM w WHERE w.scope <> '*' GROUP BY w.day),
  judged AS (
    SELECT d::date AS day, g.state, g.last_error, g.proven_at, c.unproven, c.which, c.oldest, c.newest,
      (SELECT min(a.auth_id) FROM vobiz.accounts a
       WHERE c.scopes IS NOT NULL AND a.partner_id = of_partner AND a.removed_at IS NULL
         AND a.auth_id <> ALL (c.scopes)) AS lacking
    FROM generate_series(first::timestamp, last::timestamp, interval '1 day') d
    LEFT JOIN w g ON g.day = d::date AND g.scope = '*'
    LEFT JOIN customers c ON c.day = d::date)
  SELECT j.day,
    CASE
      WHEN j.state = 'proven' OR j.unproven = 0 AND j.lacking IS NULL THEN NULL
      WHEN j.unproven IS NOT NULL THEN format('%s of %s is not proven for customer %s', j.day, of_stream,
        coalesce(j.which, j.lacking))
      WHEN j.state IS NULL AND EXISTS (SELECT FROM vobiz_sync.streams s
          WHERE (s.partner_id, s.stream, s.state) = (of_partner, of_stream, 'unavailable'))
        THEN format('the API does not offer %s', of_stream)
      WHEN j.state IS NULL THEN format('%s of %s was never read', j.day, of_stream)
      ELSE format('%s of %s is %s', j.day, of_stream, j.state) || coalesce(': ' || j.last_error, '') END,
    CASE WHEN j.state = 'proven' THEN j.proven_at ELSE j.oldest END,
    CASE WHEN j.state = 'proven' THEN j.proven_at ELSE j.newest END
  FROM judged j
$$;
COMMENT ON FUNCTION vobiz_sync.day_proofs IS 'each UTC day of a stream: when it was proven, or in words why it is not';
