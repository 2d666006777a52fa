#include "vobiz/sink/session_settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/test_database.hpp"
#include "vobiz/core/failure.hpp"
#include "vobiz/sink/connection.hpp"

namespace vobiz::sink {
namespace {

using ::testing::HasSubstr;

// A value of each setting that is not ours.
session_setting const hostile[] = {
    {"statement_timeout", "20ms"},
    {"lock_timeout", "1ms"},
    {"idle_in_transaction_session_timeout", "10s"},
    {"DateStyle", "German, DMY"},
    {"IntervalStyle", "sql_standard"},
    {"TimeZone", "Pacific/Kiritimati"},
    {"standard_conforming_strings", "off"},
    {"bytea_output", "escape"},
    {"extra_float_digits", "-15"},
    {"array_nulls", "off"},
    {"quote_all_identifiers", "on"},
    {"transform_null_equals", "on"},
    {"search_path", "public, vobiz"},
    {"row_security", "on"},
    {"jit", "on"},
    {"plan_cache_mode", "force_generic_plan"},
    {"constraint_exclusion", "off"},
    {"enable_bitmapscan", "off"},
    {"enable_hashagg", "off"},
    {"enable_hashjoin", "off"},
    {"enable_indexonlyscan", "off"},
    {"enable_indexscan", "off"},
    {"enable_material", "off"},
    {"enable_mergejoin", "off"},
    {"enable_nestloop", "off"},
    {"enable_partition_pruning", "off"},
    {"enable_seqscan", "off"},
    {"enable_sort", "off"},
};

std::string shown(pqxx::transaction_base& transaction, std::string_view name) {
  return transaction.exec("SHOW " + std::string(name))[0][0].c_str();
}

void set_for_new_sessions(testing::test_database& database, std::string const& setting) {
  pqxx::nontransaction change(database.connection());
  change.exec("ALTER DATABASE " + database.name() + " SET " + setting);
}

TEST(session_settings, replace_whatever_the_database_has_set) {
  testing::test_database database;
  for (auto const& [name, value] : hostile) {
    auto const list = name == "search_path";
    set_for_new_sessions(database, std::string(name) + " = " + (list ? "" : "'") +
                                       std::string(value) + (list ? "" : "'"));
  }
  set_for_new_sessions(database, "default_transaction_isolation = 'serializable'");
  set_for_new_sessions(database, "default_transaction_deferrable = on");
  auto const connection = connect(database.settings());
  {
    pqxx::work foreign(*connection);
    foreign.exec("SET LOCAL statement_timeout = 0");
    for (auto const& [name, value] : hostile) {
      if (name == "statement_timeout") continue;
      EXPECT_EQ(shown(foreign, name), value);
    }
  }
  pqxx::work transaction(*connection);
  set_own(transaction);
  ASSERT_EQ(std::size(hostile), own_settings().size());
  for (std::size_t at = 0; at < std::size(hostile); ++at) {
    auto const& [name, value] = own_settings()[at];
    EXPECT_EQ(name, hostile[at].name);
    EXPECT_EQ(shown(transaction, name), value) << name;
  }
  EXPECT_EQ(shown(transaction, "transaction_isolation"), "read committed");
  EXPECT_EQ(shown(transaction, "transaction_deferrable"), "off");
  EXPECT_EQ(shown(transaction, "client_encoding"), "UTF8");
}

TEST(session_settings, end_with_the_transaction) {
  testing::test_database database;
  auto const connection = connect(database.settings());
  {
    pqxx::work transaction(*connection);
    session_setting const more[] = {{"lock_timeout", "7s"}};
    set_own(transaction, more);
    EXPECT_EQ(shown(transaction, "lock_timeout"), "7s");
    transaction.commit();
  }
  pqxx::work next(*connection);
  EXPECT_EQ(shown(next, "lock_timeout"), "0");
  EXPECT_NE(shown(next, "search_path"), "pg_catalog, pg_temp");
}

TEST(session_settings, refuse_a_session_without_triggers) {
  testing::test_database database;
  set_for_new_sessions(database, "session_replication_role = 'replica'");
  auto const connection = connect(database.settings());
  pqxx::work transaction(*connection);
  try {
    set_own(transaction);
    FAIL() << "it goes on";
  } catch (core::failure const& failure) {
    EXPECT_EQ(failure.what_helps(), core::remedy::fix);
    EXPECT_THAT(failure.what(), ::testing::HasSubstr("session_replication_role is \"replica\""));
  }
}

// The environment of a shell or a unit, which libpq reads.
TEST(session_settings, replace_the_environment) {
  testing::test_database database;
  ::setenv("PGDATESTYLE", "German", 1);
  ::setenv("PGTZ", "Asia/Kolkata", 1);
  ::setenv("PGCLIENTENCODING", "LATIN1", 1);
  ::setenv("PGOPTIONS", "-c extra_float_digits=0", 1);
  auto const connection = connect(database.settings());
  for (auto const* name : {"PGDATESTYLE", "PGTZ", "PGCLIENTENCODING", "PGOPTIONS"})
    ::unsetenv(name);
  pqxx::work transaction(*connection);
  EXPECT_EQ(shown(transaction, "DateStyle"), "German, DMY");
  EXPECT_EQ(shown(transaction, "extra_float_digits"), "0");
  EXPECT_EQ(shown(transaction, "client_encoding"), "UTF8");
  set_own(transaction);
  EXPECT_EQ(shown(transaction, "DateStyle"), "ISO, YMD");
  EXPECT_EQ(shown(transaction, "TimeZone"), "UTC");
  EXPECT_EQ(shown(transaction, "extra_float_digits"), "1");
}

// What it throws; the transaction ends with it.
core::failure refused(testing::test_database& database,
                      std::span<session_setting const> more = {}) {
  auto const connection = connect(database.settings());
  pqxx::work transaction(*connection);
  try {
    set_own_to_write(transaction, more);
  } catch (core::failure const& failure) {
    return failure;
  }
  ADD_FAILURE() << "nothing was thrown";
  return {core::failure_kind::failed, core::remedy::fix, ""};
}

TEST(session_settings, let_a_transaction_write_only_beside_its_own_schema) {
  testing::test_database database;
  {
    pqxx::work transaction(database.connection());
    set_own_to_write(transaction);
    EXPECT_EQ(shown(transaction, "search_path"), "pg_catalog, pg_temp");
  }
  database.query("INSERT INTO vobiz_sync.schema_migrations VALUES (9999, 'later', 'x')");
  auto const newer = refused(database);
  EXPECT_EQ(newer.kind(), core::failure_kind::newer_schema);
  EXPECT_THAT(newer.what(), HasSubstr("schema version 9999, this binary knows up to "));
  EXPECT_THAT(newer.hint(), HasSubstr("install that version"));
  database.query("DELETE FROM vobiz_sync.schema_migrations WHERE version > 18");
  auto const older = refused(database);
  EXPECT_EQ(older.kind(), core::failure_kind::older_schema);
  EXPECT_THAT(older.what(), HasSubstr("schema version 18, this binary needs "));
  EXPECT_EQ(older.hint(), "run: vobiz-syncd migrate");
  database.query("DELETE FROM vobiz_sync.schema_migrations");
  EXPECT_THAT(refused(database).what(), HasSubstr("schema version 0, this binary needs "));
  database.query("DROP TABLE vobiz_sync.schema_migrations");
  EXPECT_THAT(refused(database).what(), HasSubstr("schema version 0, this binary needs "));
  database.query("DROP SCHEMA vobiz_sync CASCADE");
  EXPECT_EQ(refused(database).kind(), core::failure_kind::older_schema);
}

// Whoever writes the version down: migrate, or a person with psql.
TEST(session_settings, keep_a_version_from_being_written_down_in_the_middle_of_a_write) {
  testing::test_database database;
  auto const write_down = "INSERT INTO vobiz_sync.schema_migrations VALUES (9999, 'later', 'x')";
  auto const at_once = "SET LOCAL lock_timeout = '1ms'; ";
  auto const other = connect(database.settings());
  {
    pqxx::work writing(database.connection());
    set_own_to_write(writing);
    // Writers do not wait for each other.
    pqxx::work beside(*other);
    session_setting const limit[] = {{"lock_timeout", "1ms"}};
    EXPECT_NO_THROW(set_own_to_write(beside, limit));
    beside.abort();
    for (auto const* change :
         {write_down,
          "UPDATE vobiz_sync.schema_migrations SET version = 9999 "
          "WHERE version = 18",
          "DELETE FROM vobiz_sync.schema_migrations", "TRUNCATE vobiz_sync.schema_migrations"}) {
      pqxx::work migrating(*other);
      EXPECT_THROW(migrating.exec(at_once + std::string(change)), pqxx::sql_error) << change;
    }
    writing.commit();
  }
  {
    pqxx::work migrating(*other);
    migrating.exec(at_once + std::string(write_down));
    session_setting const limit[] = {{"lock_timeout", "1ms"}};
    auto const waits = refused(database, limit);
    EXPECT_EQ(waits.kind(), core::failure_kind::failed);
    EXPECT_EQ(waits.what_helps(), core::remedy::retry);
    EXPECT_STREQ(waits.what(), "a migration of the database's schema is under way");
    migrating.commit();
  }
  EXPECT_EQ(refused(database).kind(), core::failure_kind::newer_schema);
}

}  // namespace
}  // namespace vobiz::sink
