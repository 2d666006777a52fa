#include "vobiz/sink/session_settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/test_database.hpp"
#include "vobiz/core/failure.hpp"
#include "vobiz/sink/connection.hpp"

namespace vobiz::sink {
namespace {

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

}  // namespace
}  // namespace vobiz::sink
