#include "vobiz/sink/connection.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "connection_refusal.hpp"
#include "support/test_database.hpp"

namespace vobiz::sink {
namespace {

using core::failure_kind;
using core::remedy;
using ::testing::HasSubstr;
using ::testing::Not;

config::database at(std::string const& dsn, std::string const& password = {}) {
  config::database where;
  where.dsn = core::secret(dsn);
  where.password = core::secret(password);
  return where;
}

core::failure failure_of(config::database const& where) {
  try {
    connect(where);
  } catch (core::failure const& failure) {
    return failure;
  }
  ADD_FAILURE() << "it connects";
  return {failure_kind::failed, remedy::fix, ""};
}

// scripts/with-postgres.sh asks this one role for its password.
void make_guarded_role() {
  auto const connection = connect(testing::settings_for("postgres"));
  pqxx::nontransaction(*connection)
      .exec(
          "DO $$ BEGIN CREATE ROLE vobiz_test_password LOGIN PASSWORD 'it''s \\right';\n"
          "EXCEPTION WHEN duplicate_object THEN ALTER ROLE vobiz_test_password PASSWORD 'it''s "
          "\\right'; END $$");
}

TEST(connect, takes_a_password_with_quotes_and_backslashes) {
  make_guarded_role();
  auto const connection = connect(at("dbname=postgres user=vobiz_test_password", "it's \\right"));
  EXPECT_TRUE(connection->is_open());
  // A password also works with a URI.
  auto const folder = std::string(std::getenv("PGHOST"));
  std::string escaped;
  for (char const c : folder) escaped += c == '/' ? std::string("%2F") : std::string(1, c);
  EXPECT_TRUE(
      connect(at("postgresql://vobiz_test_password@" + escaped + "/postgres", "it's \\right"))
          ->is_open());
}

TEST(connect, refuses_wrong_passwords_without_quoting_them) {
  make_guarded_role();
  for (auto const& where : {at("dbname=postgres user=vobiz_test_password", "CANARY"),
                            at("dbname=postgres user=vobiz_test_password password=CANARY")}) {
    auto const failure = failure_of(where);
    EXPECT_EQ(failure.kind(), failure_kind::refused);
    EXPECT_EQ(failure.what_helps(), remedy::fix);
    EXPECT_THAT(failure.what(), HasSubstr("the database refuses us: "));
    EXPECT_THAT(failure.what(), HasSubstr("password authentication failed"));
    EXPECT_THAT(failure.what(), Not(HasSubstr("CANARY")));
    EXPECT_THAT(failure.what(), Not(HasSubstr("\n")));
    EXPECT_EQ(failure.hint(), "check database.dsn and database.password_file");
  }
}

TEST(connect, tells_a_missing_password_role_and_database) {
  make_guarded_role();
  auto const none = failure_of(at("dbname=postgres user=vobiz_test_password"));
  EXPECT_EQ(none.kind(), failure_kind::refused);
  EXPECT_THAT(none.what(), HasSubstr("no password supplied"));
  auto const database = failure_of(at("dbname=no_such_database"));
  EXPECT_EQ(database.kind(), failure_kind::refused);
  EXPECT_THAT(database.what(), HasSubstr("\"no_such_database\" does not exist"));
  auto const role = failure_of(at("dbname=postgres user=no_such_role"));
  EXPECT_EQ(role.kind(), failure_kind::refused);
  EXPECT_THAT(role.what(), HasSubstr("\"no_such_role\" does not exist"));
}

// libpq's verbose message, whose text is in the server's language.
TEST(connect, finds_the_state_in_a_message_of_any_language) {
  EXPECT_EQ(last_state_in("connection to server on socket \"/x/.s.PGSQL.5432\" failed: FATAL:  "
                          "28P01: Passwort-Authentifizierung für Benutzer »x« "
                          "fehlgeschlagen\nLOCATION:  auth_failed, auth.c:326\n"),
            "28P01");
  EXPECT_EQ(last_state_in("connection to \"a\" failed: ВАЖНО:  57P03: x\nLOCATION:  y\nconnection "
                          "to \"b\" failed: ВАЖНО:  3D000: базы\nLOCATION:  InitPostgres, p.c:9\n"),
            "3D000");
  EXPECT_EQ(
      last_state_in("connection to server at \"127.0.0.1\", port 9 failed: Connection refused\n"
                    "\tIs the server running on that host?\n"),
      "");
  EXPECT_EQ(last_state_in(":  "), "");
  EXPECT_EQ(last_state_in(":  28P01:"), "");
}

TEST(connect, takes_a_state_for_a_refusal_or_for_something_that_passes) {
  for (auto const* state : {"28000", "28P01", "3D000", "42501"}) {
    EXPECT_TRUE(is_refusal({state, false, {}})) << state;
  }
  for (auto const* state : {"", "53300", "57P03", "08006", "55000", "XX000"}) {
    EXPECT_FALSE(is_refusal({state, false, {}})) << state;
  }
  EXPECT_TRUE(is_refusal({"", true, {}}));
}

TEST(connect, tells_a_missing_right_and_a_full_server_apart) {
  auto const admin = connect(testing::settings_for("postgres"));
  pqxx::nontransaction does(*admin);
  does.exec("DROP DATABASE IF EXISTS vobiz_test_closed");
  does.exec("CREATE DATABASE vobiz_test_closed");
  does.exec("REVOKE CONNECT ON DATABASE vobiz_test_closed FROM PUBLIC");
  does.exec(
      "DO $$ BEGIN CREATE ROLE vobiz_test_stranger LOGIN; EXCEPTION WHEN duplicate_object THEN END "
      "$$");
  auto const closed = at("dbname=vobiz_test_closed user=vobiz_test_stranger");
  EXPECT_EQ(failure_of(closed).kind(), failure_kind::refused);
  does.exec("GRANT CONNECT ON DATABASE vobiz_test_closed TO PUBLIC");
  does.exec("ALTER DATABASE vobiz_test_closed CONNECTION LIMIT 0");
  auto const full = failure_of(closed);
  EXPECT_EQ(full.kind(), failure_kind::failed) << full.what();
  EXPECT_EQ(full.what_helps(), remedy::retry);
  does.exec("DROP DATABASE vobiz_test_closed");
}

TEST(connect, tells_a_server_that_is_not_there) {
  for (auto const* dsn : {"host=/nowhere dbname=x", "host=127.0.0.1 port=9 dbname=x",
                          "host=nowhere.invalid dbname=x"}) {
    auto const failure = failure_of(at(dsn));
    EXPECT_EQ(failure.kind(), failure_kind::failed) << dsn;
    EXPECT_EQ(failure.what_helps(), remedy::retry) << dsn;
    EXPECT_THAT(failure.what(), HasSubstr("cannot reach the database: "));
  }
}

// libpq quotes the text it cannot parse. In a malformed DSN that may be part of the password.
TEST(connect, quotes_nothing_of_a_dsn_it_cannot_read) {
  for (auto const* dsn :
       {"host=/nowhere password=two CANARY", "postgresql://user:CANARY/x@127.0.0.1:9/db",
        "postgresql://user:x@CANARY@127.0.0.1/db", "host=/nowhere password='CANARY",
        "postgresql://user:%CANARY@127.0.0.1:9/db"}) {
    auto const failure = failure_of(at(dsn));
    EXPECT_THAT(failure.what(), Not(HasSubstr("CANARY"))) << dsn;
  }
}

std::exception_ptr caught(std::function<void()> const& act) {
  try {
    act();
  } catch (...) {
    return std::current_exception();
  }
  return nullptr;
}

core::failure translated(std::exception_ptr error) {
  try {
    rethrow_as_failure(error);
  } catch (core::failure const& failure) {
    return failure;
  }
}

TEST(errors, of_statements_name_their_state_and_what_helps) {
  testing::test_database database;
  auto const failing = [&](std::string const& sql) {
    return caught([&] { pqxx::work(database.connection()).exec(sql); });
  };
  auto const syntax = failing("SELEKT 1");
  EXPECT_FALSE(is_broken(syntax));
  EXPECT_EQ(translated(syntax).what_helps(), remedy::fix);
  EXPECT_THAT(translated(syntax).what(), HasSubstr("[SQLSTATE 42601]"));
  EXPECT_THAT(translated(syntax).what(), Not(HasSubstr("\n")));

  auto const serialization =
      failing("DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '40001'; END $$");
  EXPECT_FALSE(is_broken(serialization));
  EXPECT_EQ(translated(serialization).what_helps(), remedy::retry);

  auto const right = failing("DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '42501'; END $$");
  EXPECT_EQ(translated(right).kind(), failure_kind::refused);
  EXPECT_EQ(translated(right).hint(), "grant the role vobiz_writer to the daemon's user");

  // A primary that became a stand-by: a new connection reaches the new primary.
  EXPECT_TRUE(is_broken(failing("SET TRANSACTION READ ONLY; CREATE TABLE vobiz.x (a int)")));
  EXPECT_TRUE(is_broken(failing("SELECT pg_terminate_backend(pg_backend_pid())")));
  EXPECT_FALSE(is_broken(std::make_exception_ptr(std::runtime_error("ours"))));
}

}  // namespace
}  // namespace vobiz::sink
