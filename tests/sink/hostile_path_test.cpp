// A login that may create objects, on a search_path of its own: functions and views of the mirror
// call none of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "planted.hpp"
#include "vobiz/sink/connection.hpp"

namespace vobiz::sink {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// In schema "evil": each operator, function and aggregate of pg_catalog over everyday types again.
// Being called is an error that says so.
constexpr char const* evil_sql = R"(DO $evil$
DECLARE
  types oid[] := ARRAY['text', 'integer', 'bigint', 'numeric', 'boolean', 'date', 'timestamptz', 'timestamp', 'interval',
    'uuid', 'double precision', 'jsonb', 'name', 'oid', 'regclass', 'text[]', 'timestamptz[]', 'anyelement', 'anyarray']::
      regtype[]::oid[];
  part record;
  made integer := 0;
  body text;
BEGIN
  FOR part IN SELECT p.oid, p.proname, p.prokind, pg_get_function_identity_arguments(p.oid) AS arguments,
      format_type(p.prorettype, NULL) AS result, p.pronargs
    FROM pg_proc p WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.prokind IN ('f', 'a') AND NOT p.proretset
      AND p.provariadic = 0 AND p.pronargs BETWEEN 0 AND 3 AND p.prorettype = ANY (types)
      AND p.proargtypes::oid[] <@ types AND p.proallargtypes IS NULL
  LOOP
    body := format('BEGIN RAISE EXCEPTION %L; END', 'captured: ' || part.proname);
    BEGIN
      IF part.prokind = 'f' THEN
        EXECUTE format('CREATE FUNCTION evil.%I(%s) RETURNS %s LANGUAGE plpgsql AS %L', part.proname, part.arguments,
          part.result, body);
      ELSIF part.pronargs = 1 THEN
        EXECUTE format('CREATE FUNCTION evil.%I(%s, %s) RETURNS %2$s LANGUAGE plpgsql AS %L', 'step_' || part.oid,
          part.result, part.arguments, body);
        EXECUTE format('CREATE AGGREGATE evil.%I(%s) (SFUNC = evil.%I, STYPE = %s)', part.proname, part.arguments,
          'step_' || part.oid, part.result);
      END IF;
      made := made + 1;
    EXCEPTION WHEN OTHERS THEN NULL;
    END;
  END LOOP;
  FOR part IN SELECT o.oid, o.oprname, nullif(o.oprleft, 0) AS l, o.oprright AS r, o.oprresult AS result
    FROM pg_operator o WHERE o.oprnamespace = 'pg_catalog'::regnamespace AND o.oprresult = ANY (types)
      AND o.oprright = ANY (types) AND (o.oprleft = 0 OR o.oprleft = ANY (types))
  LOOP
    body := format('BEGIN RAISE EXCEPTION %L; END', 'captured: ' || replace(part.oprname, '%', '%%'));
    EXECUTE format('CREATE FUNCTION evil.op_%s(%s) RETURNS %s LANGUAGE plpgsql AS %L', part.oid,
      concat_ws(', ', part.l::regtype, part.r::regtype), part.result::regtype, body);
    EXECUTE format('CREATE OPERATOR evil.%s (FUNCTION = evil.op_%s%s, RIGHTARG = %s)', part.oprname, part.oid,
      ', LEFTARG = ' || part.l::regtype, part.r::regtype);
    made := made + 1;
  END LOOP;
  IF made < 800 THEN
    RAISE EXCEPTION 'only % objects were made again', made;
  END IF;
END $evil$)";

class hostile_path : public ::testing::Test {
protected:
  hostile_path() {
    database.query("CREATE ROLE test_hostile LOGIN");
    database.query("SELECT vobiz_sync.let_read_masked('test_hostile')");
    database.query("CREATE SCHEMA evil AUTHORIZATION test_hostile");
    database.query("GRANT USAGE ON SCHEMA evil TO PUBLIC");
    plant(database, "+919876512345");
    login = connect(testing::settings_for(database.name(), "test_hostile"));
  }
  ~hostile_path() override {
    login.reset();
    database.query("DROP OWNED BY test_hostile CASCADE");
    database.query("DROP ROLE test_hostile");
  }

  void as_login(std::string const& sql) {
    pqxx::work transaction(*login);
    transaction.exec(sql);
    transaction.commit();
  }
  // What a query answers, or the error.
  static std::string answer(pqxx::connection& by, std::string const& path, std::string const& sql) {
    pqxx::work transaction(by);
    transaction.exec("SET LOCAL search_path = " + path);
    transaction.exec("SET LOCAL jit = off");
    std::string text;
    try {
      for (auto const& row : transaction.exec(sql)) {
        for (auto const& field : row) text += std::string(field.c_str()) + "|";
        text += "\n";
      }
    } catch (pqxx::sql_error const& error) {
      text = error.what();
    }
    return text;
  }

  testing::test_database database;
  std::unique_ptr<pqxx::connection> login;
};

TEST_F(hostile_path, calls_nothing_of_it_from_views_and_functions) {
  as_login(evil_sql);
  auto const views = database.query(
      "SELECT 'SELECT * FROM ' || oid::regclass FROM pg_class WHERE relkind = 'v' AND "
      "relnamespace::regnamespace::text LIKE 'vobiz%'");
  auto const calls = database.query(R"(
SELECT format('SELECT %s(%s)', p.oid::regproc, coalesce((
  SELECT string_agg(CASE format_type(x.type, NULL)
      WHEN 'text' THEN '''MA_1''::text' WHEN 'name' THEN '''test_hostile''::name'
      WHEN 'date' THEN 'date ''2026-03-10'''
      WHEN 'timestamp with time zone' THEN 'timestamptz ''2026-03-10'''
      WHEN 'interval' THEN 'interval ''6 hours''' WHEN 'integer' THEN '60'
      WHEN 'uuid' THEN '''00000000-0000-4000-8000-000000000001''::uuid'
      ELSE 'NULL::' || format_type(x.type, NULL) END, ', ' ORDER BY x.at)
  FROM unnest(p.proargtypes) WITH ORDINALITY x(type, at)), ''))
FROM pg_proc p WHERE p.pronamespace::regnamespace::text LIKE 'vobiz%' AND p.prokind = 'f'
  AND p.prorettype <> 'trigger'::regtype)");
  EXPECT_GT(calls.size(), 40u);
  // Another signature of a called name may exist in evil: the owner calls all, the login what it
  // may.
  auto& owner = database.connection();
  for (auto const* list : {&views, &calls}) {
    for (auto const& each : *list) {
      std::string const sql = each[0].c_str();
      for (auto* by : {&owner, login.get()}) {
        auto const plain = answer(*by, "pg_catalog", sql);
        EXPECT_THAT(plain, Not(HasSubstr("captured")));
        EXPECT_EQ(answer(*by, "evil, pg_catalog", sql), plain) << sql;
      }
    }
  }
  // The look finds a function that is open to it.
  database.query(
      "CREATE FUNCTION vobiz.open_one(a text) RETURNS text LANGUAGE sql AS 'SELECT left(a, 1)'");
  EXPECT_THAT(answer(owner, "evil, pg_catalog", "SELECT vobiz.open_one('ab'::text)"),
              HasSubstr("captured: left"));
}

TEST_F(hostile_path, shows_no_whole_number) {
  for (auto const* statement :
       {"CREATE FUNCTION evil.has_column_privilege(text, text, text) RETURNS boolean LANGUAGE sql "
        "AS 'SELECT true'",
        "CREATE TABLE evil.leaked (what text)",
        "CREATE FUNCTION evil.leak(text) RETURNS boolean COST 0.0001 LANGUAGE plpgsql AS 'BEGIN "
        "INSERT INTO evil.leaked VALUES ($1); RETURN true; END'",
        "CREATE FUNCTION evil.leak(text, text) RETURNS boolean COST 0.0001 LANGUAGE plpgsql AS "
        "'BEGIN INSERT INTO evil.leaked VALUES ($1), ($2); RETURN true; END'",
        "CREATE OPERATOR evil.= (FUNCTION = evil.leak, LEFTARG = text, RIGHTARG = text, RESTRICT = "
        "eqsel)",
        "CREATE OPERATOR evil.~ (FUNCTION = evil.leak, LEFTARG = text, RIGHTARG = text)",
        "CREATE OPERATOR evil.< (FUNCTION = evil.leak, LEFTARG = text, RIGHTARG = text, RESTRICT = "
        "scalarltsel)",
        "CREATE FUNCTION evil.step(text, text) RETURNS text LANGUAGE plpgsql AS 'BEGIN INSERT INTO "
        "evil.leaked VALUES ($2); RETURN $2; END'",
        "CREATE AGGREGATE evil.min(text) (SFUNC = evil.step, STYPE = text)"})
    as_login(statement);
  for (std::string const view :
       {"calls", "number_inventory", "number_renewals", "open_breaks", "reconciliation_summary",
        "sync_freshness", "completeness_calendar"}) {
    for (std::string const column : {"caller_number", "called_number", "e164", "row_key", "reason",
                                     "last_error", "account_name"}) {
      auto const from = " FROM vobiz_bi." + view + " v ";
      for (auto const& sql :
           {"SELECT * " + from, "SELECT 1" + from + "WHERE leak(v." + column + ")",
            "SELECT 1" + from + "WHERE v." + column + " = 'a'::text",
            "SELECT 1" + from + "WHERE v." + column + " < 'a'::text",
            "SELECT min(v." + column + ")" + from, "SELECT v." + column + "::integer" + from,
            "SELECT 1" + from + "WHERE v." + column + "::integer = 1",
            "EXPLAIN (ANALYZE, VERBOSE) SELECT 1" + from + "WHERE leak(v." + column + ")"}) {
        pqxx::work transaction(*login);
        transaction.exec("SET LOCAL search_path = evil, pg_catalog, pg_temp");
        std::string seen;
        try {
          for (auto const& row : transaction.exec(sql)) {
            for (auto const& field : row) seen += std::string(field.c_str()) + "|";
          }
          for (auto const& row : transaction.exec("SELECT what FROM evil.leaked"))
            seen += row[0].c_str();
        } catch (pqxx::sql_error const& error) {
          seen = error.what();
        }
        EXPECT_THAT(seen, Not(HasSubstr("9876512345"))) << sql << "\n" << seen;
      }
    }
  }
  // The leaks work, where there is something to see.
  pqxx::work transaction(database.connection());
  transaction.exec("SET LOCAL search_path = evil, pg_catalog");
  transaction.exec("SELECT 1 FROM vobiz_bi.calls WHERE leak(called_number)");
  EXPECT_THAT(transaction.exec("SELECT min(what) FROM evil.leaked")[0][0].c_str(),
              HasSubstr("9876512345"));
}

TEST_F(hostile_path, is_in_no_function_s_way) {
  // What can be inlined has its names in full instead: the test above calls it.
  EXPECT_EQ(database.value(R"(
SELECT string_agg(p.oid::regprocedure::text, ' ' ORDER BY 1) FROM pg_proc p
WHERE p.pronamespace::regnamespace::text LIKE 'vobiz%'
  AND NOT coalesce('search_path=pg_catalog, pg_temp' = ANY (p.proconfig), false)
  AND (p.prosecdef OR p.prolang <> (SELECT oid FROM pg_language WHERE lanname = 'sql')))"),
            "");
}

}  // namespace
}  // namespace vobiz::sink
