-- Which objects of others, made on the partition of a month, keep PostgreSQL from dropping it; null: none do. What
-- goes with its table (policies, statistics, publications, triggers) depends on it in another way: it is not in the
-- way.
CREATE OR REPLACE FUNCTION vobiz_sync.month_used_by(of_month date) RETURNS text
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  WITH own (classid, objid) AS (
    SELECT 'pg_class'::regclass::oid, c.oid FROM pg_class c
      WHERE c.relnamespace = 'vobiz_part'::regnamespace AND c.relname = 'cdrs_' || to_char(of_month, 'YYYY_MM')
    UNION ALL
    SELECT 'pg_type'::regclass::oid, t.oid FROM pg_class c, pg_type t
      WHERE c.relnamespace = 'vobiz_part'::regnamespace AND c.relname = 'cdrs_' || to_char(of_month, 'YYYY_MM')
        AND t.oid IN (c.reltype, (SELECT r.typarray FROM pg_type r WHERE r.oid = c.reltype))
  ),
  users AS (
    SELECT DISTINCT d.classid, d.objid, d.objsubid
      FROM pg_depend d JOIN own ON (d.refclassid, d.refobjid) = (own.classid, own.objid)
      WHERE d.deptype = 'n' AND NOT EXISTS (
        SELECT FROM pg_depend o JOIN own p ON (o.refclassid, o.refobjid) = (p.classid, p.objid)
          WHERE (o.classid, o.objid) = (d.classid, d.objid) AND o.deptype <> 'n')
    UNION
    SELECT d.refclassid, d.refobjid, 0
      FROM pg_depend d JOIN own ON (d.classid, d.objid) = (own.classid, own.objid)
      WHERE d.deptype = 'e'
  ),
  -- A view depends on a table through the rule that is its query.
  named AS (
    SELECT coalesce(i.type || ' ' || i.identity, 'an object') AS name
      FROM users u LEFT JOIN pg_rewrite r ON (u.classid, u.objid) = ('pg_rewrite'::regclass, r.oid)
          AND r.rulename = '_RETURN'
        CROSS JOIN LATERAL pg_identify_object(
          CASE WHEN r.oid IS NULL THEN u.classid ELSE 'pg_class'::regclass END, coalesce(r.ev_class, u.objid),
          CASE WHEN r.oid IS NULL THEN u.objsubid ELSE 0 END) i
  ),
  numbered AS (SELECT name, row_number() OVER (ORDER BY name) AS place, count(*) OVER () AS names
    FROM (SELECT DISTINCT name FROM named) n)
  SELECT string_agg(name, ', ' ORDER BY place) || CASE WHEN max(names) > 3 THEN ' and others' ELSE '' END
    FROM numbered WHERE place <= 3
$$;
COMMENT ON FUNCTION vobiz_sync.month_used_by IS
  'objects of others that depend on the partition of a month of calls; null: there are none';
