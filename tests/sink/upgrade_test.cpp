// A database that the seventeen migrations before the squash have made goes on under the new ones.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "catalogue.hpp"
#include "support/test_database.hpp"
#include "vobiz/sink/connection.hpp"
#include "vobiz/sink/migrations.hpp"

namespace vobiz::sink {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::string const rows_sql =
    "SELECT table_schema || '.' || table_name FROM information_schema.tables\n"
    "WHERE table_schema IN ('vobiz', 'vobiz_sync') AND table_type = 'BASE TABLE'\n"
    "  AND table_name NOT IN ('schema_migrations', 'schema_objects') ORDER BY 1";

class upgrade : public ::testing::Test {
protected:
  upgrade()
      : name(testing::create_database_of_version_17()),
        connection(connect(testing::settings_for(name))) {}
  ~upgrade() override {
    connection.reset();
    testing::drop_database(name);
  }

  void execute(std::string const& sql) {
    pqxx::work transaction(*connection);
    transaction.exec(sql);
    transaction.commit();
  }
  std::string value(std::string const& sql) {
    pqxx::work transaction(*connection);
    return transaction.exec(sql)[0][0].c_str();
  }
  // The number of rows and a hash of them, by table.
  std::map<std::string, std::string> rows() {
    std::map<std::string, std::string> result;
    pqxx::work transaction(*connection);
    // Columns in the order of their names, without those that came since.
    for (auto const& row : transaction.exec(rows_sql)) {
      std::string const table = row[0].c_str();
      result[table] =
          transaction
              .exec(
                  "SELECT count(*) || ' ' || md5(string_agg(r, chr(10) ORDER BY r COLLATE "
                  "\"C\"))\nFROM (SELECT (to_jsonb(t) - "
                  "'{sums,api_sums,doubted_keys,next_try,next_try_at,set_aside,is_judged,"
                  "difference,"
                  "differs_from,differs_to,searched_at,upkeep_at,upkeep_error,looked_through,"
                  "looked_from,is_enabled,known_since,stale_after,minor_unit,transfer_settle}'::"
                  "text[])::text AS "
                  "r "
                  "FROM " +
                  table + " t) t")[0][0]
              .c_str();
    }
    return result;
  }
  core::failure refusal() {
    try {
      migrate(*connection);
    } catch (core::failure const& failure) {
      return failure;
    }
    ADD_FAILURE() << "it was upgraded";
    return {core::failure_kind::failed, core::remedy::fix, ""};
  }

  std::string name;
  std::unique_ptr<pqxx::connection> connection;
};

TEST_F(upgrade, ends_in_the_catalogue_of_a_database_that_is_made_anew) {
  migrate(*connection);
  testing::test_database fresh;
  // The month that the fixture has.
  fresh.query("SELECT vobiz_sync.ensure_cdr_partitions('2026-11-01', '2026-11-30')");
  auto const anew = catalogue(fresh.connection());
  // That the comparison looks at something: tables, columns, rights and the like.
  EXPECT_GT(anew.size(), 2000u);
  EXPECT_THAT(difference(anew, catalogue(*connection)), IsEmpty());
  EXPECT_EQ(value("SELECT string_agg(version || ' ' || checksum, ',' ORDER BY version) FROM "
                  "vobiz_sync.schema_migrations"),
            fresh.value("SELECT string_agg(version || ' ' || checksum, ',' ORDER BY version) FROM "
                        "vobiz_sync.schema_migrations"));
}

TEST_F(upgrade, keeps_every_row) {
  auto const before = rows();
  EXPECT_THAT(before.at("vobiz.cdrs"), HasSubstr("14 "));
  EXPECT_THAT(before.at("vobiz.transactions"), HasSubstr("20 "));
  EXPECT_THAT(before, Not(Contains(std::pair("vobiz_sync.windows", "0 "))));
  migrate(*connection);
  auto after = rows();
  // Tables that came later had no rows to keep.
  std::erase_if(after, [&](auto const& table) { return !before.contains(table.first); });
  EXPECT_EQ(after, before);
}

TEST_F(upgrade, leaves_rollups_that_are_what_the_rows_add_up_to) {
  migrate(*connection);
  auto const stored = rows();
  execute("SELECT vobiz_sync.rebuild_rollups((SELECT timezone FROM vobiz.settings))");
  for (auto const* table : {"vobiz.usage_buckets", "vobiz.hangup_buckets", "vobiz.ledger_buckets"})
    EXPECT_EQ(rows().at(table), stored.at(table)) << table;
}

TEST_F(upgrade, says_what_it_would_do_and_rests_after_it) {
  auto const status = check_migrations(*connection);
  EXPECT_EQ(status.applied, 17);
  EXPECT_THAT(status.changes, Contains(schema_change{schema_action::adopt, "0018_schemas"}));
  EXPECT_THAT(status.changes, Contains(schema_change{schema_action::apply, "0025_schema_objects"}));
  EXPECT_THAT(status.changes,
              Contains(schema_change{schema_action::change, "view \"vobiz_bi.calls\""}));
  EXPECT_EQ(migrate(*connection), status.changes);
  EXPECT_THAT(migrate(*connection), IsEmpty());
  EXPECT_EQ(check_migrations(*connection).applied, newest_migration());
}

TEST_F(upgrade, refuses_an_older_database) {
  execute("DELETE FROM vobiz_sync.schema_migrations WHERE version = 17");
  auto const failure = refusal();
  EXPECT_EQ(failure.kind(), core::failure_kind::older_schema);
  EXPECT_THAT(failure.what(),
              HasSubstr("the database has schema version 16 of before the first release, this "
                        "binary upgrades from 17 only"));
  EXPECT_THAT(failure.hint(), HasSubstr("the last build that knows version 17 first"));
  EXPECT_EQ(value("SELECT count(*) FROM vobiz_sync.schema_migrations"), "16");
}

TEST_F(upgrade, refuses_one_that_other_texts_have_made) {
  execute("UPDATE vobiz_sync.schema_migrations SET checksum = 'other' WHERE version = 3");
  EXPECT_THAT(refusal().what(), HasSubstr("this binary upgrades from 17 only"));
}

TEST_F(upgrade, refuses_one_of_a_newer_program) {
  execute(
      "INSERT INTO vobiz_sync.schema_migrations (version, name, checksum) VALUES (9999, 'x', 'x')");
  EXPECT_THAT(refusal().what(), HasSubstr("the database has schema version 9999"));
}

}  // namespace
}  // namespace vobiz::sink
