CREATE OR REPLACE VIEW vobiz_bi.completeness_calendar AS
WITH counted AS (
  -- A closed global list is no window of the day once the customers' own lists stand in for it; where both were
  -- read, the global one holds all rows.
  SELECT w.partner_id, w.stream, w.day, w.state, w.proof, w.api_total, w.rows, w.rejects, w.read_at, w.proven_at,
    w.last_error, w.scope = '*' AS is_global,
    bool_or(w.scope = '*' AND w.api_total IS NOT NULL) OVER day AS has_global,
    w.scope = '*' AND (w.state = 'forbidden' OR w.read_at IS NULL) AND bool_or(w.scope <> '*') OVER day AS stands_aside
  FROM vobiz_sync.windows w WINDOW day AS (PARTITION BY w.partner_id, w.stream, w.day)
), doubted AS (
  SELECT s.partner_id, s.stream, d.day::date AS day, min(s.difference) AS difference
  FROM vobiz_sync.spans s CROSS JOIN generate_series(s.differs_from, s.differs_to, interval '1 day') d(day)
  WHERE NOT s.agrees GROUP BY 1, 2, 3
), due AS (
  -- Every day that is over: one without a window is a day that nobody has read, whatever the reason.
  SELECT s.partner_id, s.stream, d.day::date AS day
  FROM vobiz_sync.streams s CROSS JOIN generate_series(greatest(s.start_date, s.keep_from)::timestamp,
    ((now() AT TIME ZONE 'UTC')::date - 1)::timestamp, interval '1 day') d(day)
  WHERE s.is_enabled AND s.state <> 'unavailable'
)
SELECT partner_id, stream, day AS utc_day,
  -- What proves each day of a span proves nothing of it while the span contradicts their sum.
  (ARRAY['forbidden', 'mismatch', 'pending', 'open', 'proven'])[
    min(array_position(ARRAY['forbidden', 'mismatch', 'pending', 'open', 'proven'],
      CASE WHEN state = 'proven' AND difference IS NOT NULL THEN 'mismatch' ELSE state END))] AS state,
  count(*) AS scopes, count(*) FILTER (WHERE state = 'proven') AS proven_scopes,
  sum(api_total) FILTER (WHERE is_global OR NOT has_global)::bigint AS api_total_rows,
  sum(rows) FILTER (WHERE is_global OR NOT has_global)::bigint AS stored_rows,
  sum(rejects) FILTER (WHERE is_global OR NOT has_global)::bigint AS rejected_rows,
  sum(CASE WHEN proof = 'walk+repeats' THEN 0 ELSE api_total - rows - rejects END)
    FILTER (WHERE is_global OR NOT has_global)::bigint AS missing_rows,
  CASE WHEN bool_and(state = 'proven' AND difference IS NULL)
    THEN (ARRAY['walk', 'walk+repeats', 'total', 'total+summary'])[
    min(array_position(ARRAY['walk', 'walk+repeats', 'total', 'total+summary'], proof))] END AS proof,
  CASE WHEN bool_and(state = 'proven' AND difference IS NULL) THEN max(proven_at) END AS proven_at,
  max(read_at) AS read_at,
  CASE WHEN (SELECT vobiz.sees_numbers()) THEN coalesce(min(last_error), min(difference)) END AS last_error,
  CASE WHEN (SELECT vobiz.sees_numbers()) THEN min(difference) END AS span_difference
FROM counted LEFT JOIN doubted USING (partner_id, stream, day)
WHERE NOT stands_aside
GROUP BY partner_id, stream, day
UNION ALL
SELECT partner_id, stream, day, 'unread', 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
FROM due
WHERE NOT EXISTS (
  SELECT FROM vobiz_sync.windows w WHERE (w.partner_id, w.stream, w.day) = (due.partner_id, due.stream, due.day));
COMMENT ON VIEW vobiz_bi.completeness_calendar IS
  'what is known of each UTC day from the start date to yesterday: the worst of its windows, and their totals';
COMMENT ON COLUMN vobiz_bi.completeness_calendar.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_bi.completeness_calendar.stream IS 'name of the stream';
COMMENT ON COLUMN vobiz_bi.completeness_calendar.utc_day IS 'UTC day, as the API lists rows; not a billing day';
COMMENT ON COLUMN vobiz_bi.completeness_calendar.state IS
  'the worst state of the windows: forbidden, mismatch, pending, open, proven; mismatch, too, where a span over the '
  'day contradicts the sum of its days; unread: no window, nobody has asked for the day yet';
COMMENT ON COLUMN vobiz_bi.completeness_calendar.scopes IS
  'windows: 1 for the global list, or one a customer; 0: the day is unread';
COMMENT ON COLUMN vobiz_bi.completeness_calendar.proven_scopes IS 'of these, proven';
COMMENT ON COLUMN vobiz_bi.completeness_calendar.api_total_rows IS 'rows the API counts';
COMMENT ON COLUMN vobiz_bi.completeness_calendar.stored_rows IS 'rows stored and listed';
COMMENT ON COLUMN vobiz_bi.completeness_calendar.rejected_rows IS
  'rows that could not be stored; they count towards the total';
COMMENT ON COLUMN vobiz_bi.completeness_calendar.missing_rows IS
  'api_total_rows - stored_rows - rejected_rows, 0 where the API counts rows twice';
COMMENT ON COLUMN vobiz_bi.completeness_calendar.proof IS
  'what the weakest proof rests on: walk, walk+repeats, total, total+summary; null unless all are proven and no span '
  'contradicts';
COMMENT ON COLUMN vobiz_bi.completeness_calendar.proven_at IS
  'when the last of the proofs was made; null unless all are proven and no span contradicts';
COMMENT ON COLUMN vobiz_bi.completeness_calendar.read_at IS 'when the day was last looked at';
COMMENT ON COLUMN vobiz_bi.completeness_calendar.last_error IS
  'why the day is not proven; null for readers without numbers';
COMMENT ON COLUMN vobiz_bi.completeness_calendar.span_difference IS
  'how a span over the day disagrees with the sum of its days; null unless one does, and for readers without numbers';
GRANT SELECT ON vobiz_bi.completeness_calendar TO vobiz_reader, vobiz_writer;
