#include "catalogue.hpp"

#include <algorithm>
#include <iterator>

namespace vobiz::sink {

namespace {

// clang-format off
constexpr char const* catalogue_sql = R"(
WITH schemas AS (SELECT oid, nspname, nspacl FROM pg_namespace WHERE nspname LIKE 'vobiz%'),
relations AS (SELECT c.* FROM pg_class c JOIN schemas s ON s.oid = c.relnamespace),
functions AS (SELECT p.* FROM pg_proc p JOIN schemas s ON s.oid = p.pronamespace),
rights(what, acl) AS (
  SELECT 'schema ' || nspname, nspacl FROM schemas
  UNION ALL
  SELECT oid::regclass::text, coalesce(relacl,
      acldefault(CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", relowner))
    FROM relations WHERE relkind IN ('r', 'p', 'v', 'S')
  UNION ALL
  SELECT attrelid::regclass || '.' || attname, attacl FROM pg_attribute WHERE attrelid IN (SELECT oid FROM relations)
  UNION ALL
  SELECT oid::regprocedure::text, coalesce(proacl, acldefault('f', proowner)) FROM functions
  UNION ALL
  SELECT format('default of %s, %s', s.nspname, d.defaclobjtype), d.defaclacl
    FROM pg_default_acl d JOIN schemas s ON s.oid = d.defaclnamespace),
lines(line) AS (
  SELECT concat_ws(' | ', 'schema', nspname, obj_description(oid, 'pg_namespace')) FROM schemas
  UNION ALL
  SELECT concat_ws(' | ', 'relation', oid::regclass, relkind, relpersistence, reloptions, pg_get_partkeydef(oid),
      pg_get_expr(relpartbound, oid), obj_description(oid, 'pg_class')) FROM relations
  UNION ALL
  SELECT concat_ws(' | ', 'column', attrelid::regclass, row_number() OVER (PARTITION BY attrelid ORDER BY attnum),
      attname, format_type(atttypid, atttypmod), attcollation::regcollation,
      format('not null: %s, identity: %s, generated: %s', attnotnull, attidentity, attgenerated),
      pg_get_expr(adbin, adrelid),
      col_description(attrelid, attnum))
    FROM pg_attribute JOIN relations c ON c.oid = attrelid AND relkind IN ('r', 'p', 'v')
    LEFT JOIN pg_attrdef ON (adrelid, adnum) = (attrelid, attnum)
    WHERE attnum > 0 AND NOT attisdropped
  UNION ALL
  SELECT concat_ws(' | ', 'index', indexrelid::regclass, pg_get_indexdef(indexrelid))
    FROM pg_index WHERE indrelid IN (SELECT oid FROM relations)
  UNION ALL
  SELECT concat_ws(' | ', 'constraint', conrelid::regclass, conname, pg_get_constraintdef(oid))
    FROM pg_constraint WHERE conrelid IN (SELECT oid FROM relations)
  UNION ALL
  SELECT concat_ws(' | ', 'function', oid::regprocedure, pg_get_functiondef(oid), obj_description(oid, 'pg_proc'))
    FROM functions
  UNION ALL
  SELECT concat_ws(' | ', 'view', oid::regclass, pg_get_viewdef(oid)) FROM relations WHERE relkind = 'v'
  UNION ALL
  SELECT concat_ws(' | ', 'trigger', tgrelid::regclass, tgenabled, pg_get_triggerdef(oid))
    FROM pg_trigger WHERE NOT tgisinternal AND tgrelid IN (SELECT oid FROM relations)
  UNION ALL
  SELECT concat_ws(' | ', 'right', r.what, CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE x.grantee::regrole::text END,
      x.privilege_type, 'grantable: ' || x.is_grantable)
    FROM rights r CROSS JOIN aclexplode(r.acl) x
  UNION ALL
  SELECT concat_ws(' | ', 'member', roleid::regrole, member::regrole)
    FROM pg_auth_members WHERE member IN (SELECT oid FROM pg_roles WHERE rolname IN ('vobiz_writer', 'vobiz_reader')))
SELECT line FROM lines ORDER BY line COLLATE "C")";
// clang-format on

}  // namespace

std::vector<std::string> catalogue(pqxx::connection& connection) {
  pqxx::work transaction(connection);
  // Names in the definitions are then written with their schemas.
  transaction.exec("SET LOCAL search_path = pg_catalog");
  std::vector<std::string> lines;
  for (auto const& row : transaction.exec(catalogue_sql)) lines.emplace_back(row[0].c_str());
  return lines;
}

std::vector<std::string> difference(std::vector<std::string> const& left,
                                    std::vector<std::string> const& right) {
  std::vector<std::string> result;
  std::vector<std::string> only;
  std::ranges::set_difference(left, right, std::back_inserter(only));
  for (auto const& line : only) result.push_back("- " + line);
  only.clear();
  std::ranges::set_difference(right, left, std::back_inserter(only));
  for (auto const& line : only) result.push_back("+ " + line);
  return result;
}

}  // namespace vobiz::sink
