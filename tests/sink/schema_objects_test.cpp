// What migrate does when files of functions and views change.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "altered_schema.hpp"
#include "catalogue.hpp"
#include "support/test_database.hpp"
#include "vobiz/sink/connection.hpp"
#include "vobiz/sink/migrations.hpp"

namespace vobiz::sink {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A function, a view of it, and a view of that, beside what there is.
constexpr char const* number_path = "functions/mirror/example_number.sql";
constexpr char const* view_path = "views/vobiz_bi/example_view.sql";
constexpr char const* upper_path = "views/vobiz_bi/example_upper.sql";
constexpr char const* number_text =
    "CREATE OR REPLACE FUNCTION vobiz.example_number(a integer) RETURNS integer\n"
    "  LANGUAGE sql IMMUTABLE AS $$ SELECT a $$;\n";
constexpr char const* view_text =
    "CREATE OR REPLACE VIEW vobiz_bi.example_view AS SELECT vobiz.example_number(1) AS number;\n"
    "GRANT SELECT ON vobiz_bi.example_view TO vobiz_reader;\n";
constexpr char const* upper_text =
    "CREATE OR REPLACE VIEW vobiz_bi.example_upper AS SELECT number + 1 AS next FROM "
    "vobiz_bi.example_view;\n";

class objects : public ::testing::Test {
protected:
  objects() : connection(database.connection()) {
    later.with(number_path, number_text).with(view_path, view_text).with(upper_path, upper_text);
    migrate(connection, later.read());
  }
  std::vector<schema_change> change(std::string const& path, std::string const& text) {
    return migrate(connection, later.with(path, text).read());
  }

  testing::test_database database;
  pqxx::connection& connection;
  altered_schema later;
};

schema_change changed(std::string const& name) { return {schema_action::change, name}; }

TEST_F(objects, are_made_and_rest) {
  EXPECT_EQ(database.value("SELECT next FROM vobiz_bi.example_upper"), "2");
  EXPECT_THAT(migrate(connection, later.read()), IsEmpty());
}

TEST_F(objects, are_changed_where_their_text_differs) {
  EXPECT_THAT(change(number_path,
                     "CREATE OR REPLACE FUNCTION vobiz.example_number(a integer) RETURNS integer\n"
                     "  LANGUAGE sql IMMUTABLE AS $$ SELECT a + 10 $$;\n"),
              ElementsAre(changed("function \"vobiz.example_number\"")));
  EXPECT_EQ(database.value("SELECT next FROM vobiz_bi.example_upper"), "12");
  EXPECT_THAT(migrate(connection, later.read()), IsEmpty());
}

TEST_F(objects, may_take_other_arguments_under_views_that_use_them) {
  change(number_path,
         "CREATE OR REPLACE FUNCTION vobiz.example_number(a bigint) RETURNS bigint\n"
         "  LANGUAGE sql IMMUTABLE AS $$ SELECT a + 10 $$;\n");
  EXPECT_EQ(database.value("SELECT count(*) FROM pg_proc WHERE proname = 'example_number'"), "1");
  EXPECT_EQ(database.value("SELECT pg_typeof(number) FROM vobiz_bi.example_view"), "bigint");
  EXPECT_EQ(database.value("SELECT next FROM vobiz_bi.example_upper"), "12");
}

TEST_F(objects, may_give_another_type_under_views_that_use_them) {
  change(number_path,
         "CREATE OR REPLACE FUNCTION vobiz.example_number(a integer) RETURNS numeric\n"
         "  LANGUAGE sql IMMUTABLE AS $$ SELECT a + 0.5 $$;\n");
  EXPECT_EQ(database.value("SELECT next FROM vobiz_bi.example_upper"), "2.5");
  EXPECT_THAT(migrate(connection, later.read()), IsEmpty());
}

TEST_F(objects, keep_who_may_read_them_when_their_columns_change) {
  database.query("CREATE ROLE example_masked");
  database.query("GRANT SELECT (number) ON vobiz_bi.example_view TO example_masked");
  database.query("GRANT SELECT ON vobiz_bi.example_upper TO example_masked");
  // Its column goes, so its view and the one above are dropped and made again.
  EXPECT_THAT(change(view_path,
                     "CREATE OR REPLACE VIEW vobiz_bi.example_view AS\n"
                     "SELECT 'a'::text AS word, vobiz.example_number(1) AS number;\n"),
              ElementsAre(changed("view \"vobiz_bi.example_view\"")));
  EXPECT_EQ(database.value("SELECT next FROM vobiz_bi.example_upper"), "2");
  EXPECT_EQ(database.value("SELECT has_column_privilege('example_masked', "
                           "'vobiz_bi.example_view', 'number', 'SELECT')"),
            "t");
  EXPECT_EQ(database.value("SELECT has_column_privilege('example_masked', "
                           "'vobiz_bi.example_view', 'word', 'SELECT')"),
            "f");
  EXPECT_EQ(database.value("SELECT has_table_privilege('example_masked', "
                           "'vobiz_bi.example_upper', 'SELECT')"),
            "t");
  EXPECT_EQ(database.value(
                "SELECT has_table_privilege('vobiz_reader', 'vobiz_bi.example_view', 'SELECT')"),
            "t");
  // A right to a column that is gone is none.
  change(upper_path, "CREATE OR REPLACE VIEW vobiz_bi.example_upper AS SELECT 1 AS other;");
  EXPECT_THAT(change(view_path, "CREATE OR REPLACE VIEW vobiz_bi.example_view AS SELECT 1 AS one;"),
              ElementsAre(changed("view \"vobiz_bi.example_view\"")));
  database.query("DROP OWNED BY example_masked");
  database.query("DROP ROLE example_masked");
}

TEST_F(objects, are_left_whole_when_somebody_elses_view_is_in_the_way) {
  database.query("CREATE VIEW public.theirs AS SELECT * FROM vobiz_bi.example_view");
  auto const before = catalogue(connection);
  try {
    change(view_path, "CREATE OR REPLACE VIEW vobiz_bi.example_view AS SELECT 'a' AS word;");
    FAIL() << "their view is gone";
  } catch (core::failure const& failure) {
    EXPECT_THAT(failure.what(), HasSubstr("view \"vobiz_bi.example_view\" fails: "));
  }
  EXPECT_THAT(difference(before, catalogue(connection)), IsEmpty());
  // A column more needs no drop.
  later.without(upper_path);
  change(
      view_path,
      "CREATE OR REPLACE VIEW vobiz_bi.example_view AS SELECT vobiz.example_number(1) AS number, "
      "2 AS more;");
  EXPECT_EQ(database.value("SELECT number FROM public.theirs"), "1");
}

TEST_F(objects, are_dropped_with_their_files) {
  later.without(number_path).without(view_path).without(upper_path);
  auto const status = check_migrations(connection, later.read());
  EXPECT_THAT(status.changes,
              ElementsAre(schema_change{schema_action::drop, "function \"vobiz.example_number\""},
                          schema_change{schema_action::drop, "view \"vobiz_bi.example_upper\""},
                          schema_change{schema_action::drop, "view \"vobiz_bi.example_view\""}));
  EXPECT_EQ(migrate(connection, later.read()), status.changes);
  testing::test_database fresh;
  EXPECT_THAT(difference(catalogue(fresh.connection()), catalogue(connection)), IsEmpty());
  EXPECT_EQ(
      database.value("SELECT count(*) FROM vobiz_sync.schema_objects WHERE name LIKE '%example%'"),
      "0");
}

TEST_F(objects, of_a_trigger_take_their_triggers_along) {
  std::string const head =
      "CREATE OR REPLACE FUNCTION vobiz_sync.example_trigger() RETURNS trigger LANGUAGE plpgsql AS "
      "$$\n"
      "BEGIN RETURN NULL; END $$;\n";
  constexpr char const* path = "functions/mirror/example_trigger.sql";
  constexpr char const* triggers_sql =
      "SELECT string_agg(tgname, ',' ORDER BY tgname) FROM pg_trigger WHERE tgname LIKE 'example%' "
      "AND "
      "tgparentid = 0";
  change(path, head +
                   "CREATE TRIGGER example_one AFTER INSERT ON vobiz.cdrs FOR EACH STATEMENT\n"
                   "EXECUTE FUNCTION vobiz_sync.example_trigger();\n"
                   "CREATE TRIGGER example_two AFTER UPDATE ON vobiz.cdrs FOR EACH STATEMENT\n"
                   "EXECUTE FUNCTION vobiz_sync.example_trigger();\n");
  EXPECT_EQ(database.value(triggers_sql), "example_one,example_two");
  change(path, head +
                   "CREATE TRIGGER example_two AFTER DELETE ON vobiz.cdrs FOR EACH STATEMENT\n"
                   "EXECUTE FUNCTION vobiz_sync.example_trigger();\n");
  EXPECT_EQ(database.value(triggers_sql), "example_two");
  migrate(connection, later.without(path).read());
  EXPECT_EQ(database.value(triggers_sql), "");
}

TEST_F(objects, that_somebody_has_dropped_are_made_again) {
  database.query("DROP VIEW vobiz_bi.example_upper");
  EXPECT_THAT(migrate(connection, later.read()),
              ElementsAre(schema_change{schema_action::make, "view \"vobiz_bi.example_upper\""}));
}

TEST_F(objects, that_fail_take_the_whole_migration_back) {
  later.with("9000_example.sql", "CREATE TABLE vobiz.example_table (a integer);");
  later.with(view_path, "CREATE OR REPLACE VIEW vobiz_bi.example_view AS SELECT no_such_column;");
  auto const before = catalogue(connection);
  try {
    migrate(connection, later.read());
    FAIL() << "it did not fail";
  } catch (core::failure const& failure) {
    EXPECT_THAT(failure.what(), HasSubstr("view \"vobiz_bi.example_view\" fails: "));
    EXPECT_THAT(failure.what(), HasSubstr("no_such_column"));
  }
  EXPECT_THAT(difference(before, catalogue(connection)), IsEmpty());
  EXPECT_EQ(check_migrations(connection, later.read()).applied, newest_migration());
}

TEST_F(objects, that_a_numbered_file_calls_are_there_before_it) {
  later.with("functions/mirror/example_twice.sql",
             "CREATE OR REPLACE FUNCTION vobiz.example_twice(a integer) RETURNS integer\n"
             "  LANGUAGE sql IMMUTABLE AS $$ SELECT 2 * vobiz.example_number(a) $$;\n");
  change("9000_example.sql",
         "CREATE TABLE vobiz.example_table (a integer,\n"
         "  b integer GENERATED ALWAYS AS (vobiz.example_twice(a)) STORED);\n");
  database.query("INSERT INTO vobiz.example_table VALUES (3)");
  EXPECT_EQ(database.value("SELECT b FROM vobiz.example_table"), "6");
}

}  // namespace
}  // namespace vobiz::sink
