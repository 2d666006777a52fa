-- The windows of a stream, UTC day by UTC day: when the day was proven, or in words why it is not. A day
-- counts by its global window, or by those of all customers. These are only looked at where the global one is not
-- proven, and who has none only where all others are.
CREATE OR REPLACE FUNCTION vobiz_sync.day_proofs(of_partner text, of_stream text, first date, last date)
  RETURNS TABLE (day date, missing text, oldest timestamptz, newest timestamptz)
  LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
  WITH days AS MATERIALIZED (
    SELECT d::date AS day, g.state, g.last_error, g.proven_at
    FROM generate_series(first::timestamp, last::timestamp, interval '1 day') d
    LEFT JOIN vobiz_sync.windows g
      ON (g.partner_id, g.stream, g.scope, g.day) = (of_partner, of_stream, '*', d::date)),
  w AS MATERIALIZED (
    SELECT d.day, c.scope, c.state, c.proven_at
    FROM days d JOIN vobiz_sync.windows c
      ON c.partner_id = of_partner AND c.stream = of_stream AND c.day = d.day AND c.scope <> '*'
        AND c.day BETWEEN first AND last
    WHERE d.state IS DISTINCT FROM 'proven'),
  customers AS MATERIALIZED (
    SELECT w.day, count(*) FILTER (WHERE w.state <> 'proven') AS unproven,
      min(w.scope) FILTER (WHERE w.state <> 'proven') AS which, min(w.proven_at) AS oldest, max(w.proven_at) AS newest
    FROM w GROUP BY w.day),
  -- EXCEPT is never done by a nested loop: of thousands of customers that took seconds.
  lacking AS MATERIALIZED (
    SELECT x.day, min(x.scope) AS which
    FROM (
      SELECT c.day, a.auth_id AS scope
      FROM customers c JOIN vobiz.accounts a ON a.partner_id = of_partner AND a.removed_at IS NULL
      WHERE c.unproven = 0
      EXCEPT SELECT w.day, w.scope FROM w) x
    GROUP BY x.day)
  SELECT d.day,
    CASE
      WHEN d.state = 'proven' OR c.unproven = 0 AND l.which IS NULL THEN NULL
      WHEN c.unproven IS NOT NULL THEN format('%s of %s is not proven for customer %s', d.day, of_stream,
        coalesce(c.which, l.which))
      WHEN d.state IS NULL AND EXISTS (SELECT FROM vobiz_sync.streams s
          WHERE (s.partner_id, s.stream, s.state) = (of_partner, of_stream, 'unavailable'))
        THEN format('the API does not offer %s', of_stream)
      WHEN d.state IS NULL THEN format('%s of %s was never read', d.day, of_stream)
      ELSE format('%s of %s is %s', d.day, of_stream, d.state) || coalesce(': ' || d.last_error, '') END,
    CASE WHEN d.state = 'proven' THEN d.proven_at ELSE c.oldest END,
    CASE WHEN d.state = 'proven' THEN d.proven_at ELSE c.newest END
  FROM days d LEFT JOIN customers c USING (day) LEFT JOIN lacking l USING (day)
$$;
COMMENT ON FUNCTION vobiz_sync.day_proofs IS 'each UTC day of a stream: when it was proven, or in words why it is not';
