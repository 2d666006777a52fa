#include "planted.hpp"

#include "vobiz/sink/connection.hpp"
#include "vobiz/sink/sql_text.hpp"

namespace vobiz::sink {

namespace {

// One INSERT for each table. What a CHECK allows is none of this test's business.
constexpr char const* plant_sql = R"(DO $plant$
DECLARE
  part record;
  personal text := current_setting('vobiz_test.personal');
BEGIN
  SET LOCAL session_replication_role = replica;
  FOR part IN SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) AS sql FROM pg_constraint
    WHERE contype = 'c' AND conparentid = 0 AND coninhcount = 0
      AND connamespace IN ('vobiz'::regnamespace, 'vobiz_sync'::regnamespace) LOOP
    EXECUTE part.sql;
  END LOOP;
  -- What a new database begins with.
  DELETE FROM vobiz.settings;
  DELETE FROM vobiz.currencies;
  DELETE FROM vobiz.account_codes;
  FOR part IN
    SELECT c.oid::regclass AS relation, string_agg(quote_ident(a.attname), ', ') AS names,
      string_agg(CASE
        WHEN t.type IN ('text', 'name') THEN quote_literal(CASE
          WHEN p.relation IS NOT NULL AND c.relname <> 'masked_logins' THEN personal
          WHEN a.attname IN ('partner_id') THEN 'PA_1'
          WHEN a.attname IN ('account_id', 'auth_id') THEN 'MA_1'
          WHEN a.attname = 'stream' THEN 'cdrs' WHEN a.attname = 'scope' THEN '*'
          WHEN a.attname = 'check_name' THEN 'number_rental' WHEN a.attname = 'currency' THEN 'INR'
          WHEN a.attname = 'timezone' THEN 'Asia/Kolkata' WHEN a.attname = 'rollup' THEN 'calls'
          WHEN a.attname = 'column_name' THEN 'total_cost' WHEN a.attname = 'type' THEN 'debit'
          WHEN c.relname = 'reconciliation_results' AND a.attname = 'status' THEN 'not_run'
          WHEN a.attname IN ('state', 'status') THEN 'open' ELSE 'plain' END)
        WHEN t.type = 'jsonb' THEN quote_literal(jsonb_build_object('member', personal))
        WHEN a.attname = 'agrees' THEN 'false' WHEN t.type = 'boolean' THEN 'true'
        WHEN t.type = 'interval' THEN quote_literal('6 hours')
        WHEN t.type = 'date' THEN quote_literal('2026-03-10')
        WHEN t.type LIKE 'timestamp%' THEN quote_literal('2026-03-10 10:00:00+00')
        WHEN t.type = 'uuid' THEN quote_literal('00000000-0000-4000-8000-000000000001')
        ELSE '1' END, ', ') FILTER (WHERE a.attname IS NOT NULL) AS cells
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      AND a.attgenerated = '' AND a.attidentity = '' AND a.attname <> 'removed_at' AND a.attname <> 'resolved_at'
    CROSS JOIN LATERAL (SELECT format_type(a.atttypid, NULL) AS type) t
    LEFT JOIN vobiz_sync.personal_columns() p ON (p.relation, p.column_name) = (c.oid::regclass, a.attname)
    WHERE c.relnamespace IN ('vobiz'::regnamespace, 'vobiz_sync'::regnamespace) AND c.relkind IN ('r', 'p')
      AND c.relname NOT IN ('schema_migrations', 'schema_objects', 'masked_logins', 'hangup_causes')
    GROUP BY c.oid
  LOOP
    EXECUTE format('INSERT INTO %s (%s) VALUES (%s)', part.relation, part.names, part.cells);
  END LOOP;
END $plant$)";

// What is readable, as one query a column.
constexpr char const* columns_sql = R"(
SELECT format('%s.%I', c.oid::regclass, a.attname), format('SELECT %I::text FROM %s', a.attname, c.oid::regclass)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND has_schema_privilege(c.relnamespace, 'USAGE')
  AND has_column_privilege(c.oid, a.attnum, 'SELECT') AND c.relnamespace <> 'information_schema'::regnamespace)";

// What may be called, with arguments that fit the planted rows.
constexpr char const* calls_sql = R"(
SELECT p.oid::regprocedure, format('SELECT f::text FROM %I.%I(%s) f', n.nspname, p.proname, coalesce((
  SELECT string_agg(CASE format_type(x.type, NULL)
      WHEN 'text' THEN quote_literal(CASE WHEN p.proargnames[x.at] LIKE '%partner%' THEN 'PA_1'
        WHEN p.proargnames[x.at] LIKE '%stream%' THEN 'cdrs' WHEN p.proargnames[x.at] LIKE '%currency%' THEN 'INR'
        ELSE 'MA_1' END) || '::text'
      WHEN 'name' THEN quote_literal(current_user) || '::name'
      WHEN 'date' THEN format('date %L', CASE WHEN p.proargnames[x.at] LIKE '%month%' THEN '2026-03-01' ELSE '2026-03-10' END)
      WHEN 'timestamp with time zone' THEN
        format('timestamptz %L', CASE WHEN p.proargnames[x.at] LIKE 'to%' THEN '2026-03-11' ELSE '2026-03-10' END)
      WHEN 'interval' THEN 'interval ''6 hours''' ELSE 'NULL::' || format_type(x.type, NULL) END, ', ' ORDER BY x.at)
  FROM unnest(p.proargtypes) WITH ORDINALITY x(type, at)), ''))
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg_toast%'
  AND p.prokind = 'f' AND p.prorettype <> 'trigger'::regtype
  AND has_schema_privilege(n.oid, 'USAGE') AND has_function_privilege(p.oid, 'EXECUTE'))";

}  // namespace

void plant(testing::test_database& database, std::string const& personal) {
  pqxx::work transaction(database.connection());
  transaction.exec("SELECT set_config('vobiz_test.personal', " + literal(personal) + ", true)");
  transaction.exec(plant_sql);
  transaction.commit();
  // The statistics hold values, too.
  database.query("ANALYZE");
}

std::vector<std::string> sightings(testing::test_database& database, std::string const& login,
                                   std::string const& mark) {
  auto const connection = connect(testing::settings_for(database.name(), login));
  pqxx::work transaction(*connection);
  transaction.exec("SET LOCAL search_path = pg_catalog");
  transaction.exec("SET LOCAL jit = off");
  std::vector<std::string> result;
  auto const look = [&](pqxx::result const& queries) {
    for (auto const& query : queries) {
      std::string seen;
      try {
        pqxx::subtransaction attempt(transaction);
        for (auto const& row : attempt.exec(query[1].c_str()))
          seen += std::string(row[0].c_str()) + "\n";
        attempt.abort();
      } catch (pqxx::sql_error const& error) {
        seen = error.what();
      }
      if (seen.find(mark) != std::string::npos) result.push_back(query[0].c_str());
    }
  };
  auto const columns = transaction.exec(columns_sql);
  auto const calls = transaction.exec(calls_sql);
  if (columns.size() < 500 || calls.size() < 20) result.push_back("too few things to look at");
  look(columns);
  look(calls);
  return result;
}

}  // namespace vobiz::sink
