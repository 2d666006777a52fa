-- A calendar of vobiz_sync.windows: one line per partner and stream, one mark per UTC day. A day that has
-- several windows (one for each customer) shows the worst of them.
WITH days AS (
  SELECT day::date, row_number() OVER (ORDER BY day) AS place, extract(day FROM day)::int AS dom
  FROM (SELECT min(day) AS first, max(day) AS last FROM vobiz_sync.windows
        WHERE stream IN ('cdrs', 'transactions', 'analytics')) AS range,
       generate_series(first::timestamp, last, '1 day') AS day
), months AS (
  -- A month's name takes the room of three days.
  SELECT *, dom = 1 OR place = 1 AND dom <= 25 AS starts FROM days
), heads AS (
  SELECT string_agg(CASE WHEN starts THEN to_char(day, 'Mon')
                         WHEN before OR twice_before THEN '' ELSE ' ' END, '' ORDER BY day) AS names,
         string_agg((dom / 10)::text, '' ORDER BY day) AS tens,
         string_agg((dom % 10)::text, '' ORDER BY day) AS ones
  FROM (SELECT *, coalesce(lag(starts) OVER (ORDER BY day), false) AS before,
               coalesce(lag(starts, 2) OVER (ORDER BY day), false) AS twice_before FROM months) AS m
), marks AS (
  SELECT partner_id, stream, day,
         CASE max(array_position(ARRAY['proven', 'open', 'pending', 'forbidden', 'mismatch'], state))
           WHEN 1 THEN '#' WHEN 2 THEN 'o' WHEN 3 THEN '.' WHEN 4 THEN '!' ELSE 'X' END AS mark
  FROM vobiz_sync.windows GROUP BY 1, 2, 3
), lines AS (
  SELECT w.partner_id, w.stream, string_agg(coalesce(m.mark, ' '), '' ORDER BY d.day) AS marks,
         count(*) FILTER (WHERE m.mark = '#') || ' of ' || count(m.mark) || ' proven' AS summary
  FROM (SELECT DISTINCT partner_id, stream FROM marks
        WHERE stream IN ('cdrs', 'transactions', 'analytics')) AS w
  CROSS JOIN days d
  LEFT JOIN marks m ON (m.partner_id, m.stream, m.day) = (w.partner_id, w.stream, d.day)
  GROUP BY 1, 2
)
SELECT line FROM (
  SELECT 1 AS part, '' AS partner_id, '' AS stream, repeat(' ', 28) || names AS line FROM heads
  UNION ALL SELECT 2, '', '', repeat(' ', 28) || tens FROM heads
  UNION ALL SELECT 3, '', '', repeat(' ', 28) || ones FROM heads
  UNION ALL SELECT 4, partner_id, stream,
    rpad(partner_id, 14) || rpad(stream, 14) || marks || '  ' || summary FROM lines
) AS l ORDER BY part, partner_id, stream;
