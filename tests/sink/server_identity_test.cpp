#include "vobiz/sink/server_identity.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "support/temporary_folder.hpp"

namespace vobiz::sink {
namespace {

// The environment of a test, and nothing of the machine's.
class server_identity : public ::testing::Test {
protected:
  server_identity() {
    for (auto const* name : {"PGHOST", "PGHOSTADDR", "PGSSLMODE", "PGSERVICE", "PGSERVICEFILE"}) {
      if (auto const* const value = std::getenv(name)) before_[name] = value;
      unsetenv(name);
    }
  }
  ~server_identity() override {
    for (auto const* name : {"PGHOST", "PGHOSTADDR", "PGSSLMODE", "PGSERVICE", "PGSERVICEFILE"}) {
      unsetenv(name);
    }
    for (auto const& [name, value] : before_) setenv(name.c_str(), value.c_str(), 1);
  }

  // "host,host mode", empty if nothing is unproven
  static std::string unproven(std::string const& dsn) {
    auto const found = find_unproven_hosts(dsn);
    if (!found) return {};
    std::string text;
    for (auto const& host : found->hosts) text += (text.empty() ? "" : ",") + host;
    return text + " " + found->sslmode;
  }

private:
  std::map<std::string, std::string> before_;
};

TEST_F(server_identity, is_proven_by_verify_full_alone) {
  for (auto const* mode : {"disable", "allow", "prefer", "require", "verify-ca"}) {
    EXPECT_EQ(unproven("host=db.example.com sslmode=" + std::string(mode)),
              "db.example.com " + std::string(mode));
  }
  EXPECT_EQ(unproven("host=db.example.com sslmode=verify-full"), "");
  EXPECT_EQ(unproven("host=db.example.com"), "db.example.com prefer");
  EXPECT_EQ(unproven("postgresql://user@db.example.com:5433/vobiz"), "db.example.com prefer");
  EXPECT_EQ(unproven("postgresql://user@db.example.com/vobiz?sslmode=verify-full"), "");
  EXPECT_EQ(unproven("postgresql://user@db.example.com/vobiz?sslmode=require"),
            "db.example.com require");
}

TEST_F(server_identity, needs_no_proof_on_this_machine) {
  for (auto const* host : {"/var/run/postgresql", "@abstract", "localhost", "127.0.0.1",
                           "127.8.9.10", "127.1", "::1", "::ffff:127.0.0.1"}) {
    EXPECT_EQ(unproven("host=" + std::string(host)), "") << host;
  }
  EXPECT_EQ(unproven("dbname=vobiz"), "");
  EXPECT_EQ(unproven("postgresql:///vobiz"), "");
  EXPECT_EQ(unproven("postgresql://%2Fvar%2Frun%2Fpostgresql/vobiz"), "");
  EXPECT_EQ(unproven("postgresql://[::1]/vobiz"), "");
  for (auto const* host : {"128.0.0.1", "10.0.0.1", "2001:db8::1", "::ffff:10.0.0.1",
                           "localhost.example.com", "127.0.0.1.example.com"}) {
    EXPECT_EQ(unproven("host=" + std::string(host)), std::string(host) + " prefer");
  }
}

TEST_F(server_identity, of_an_address_is_not_that_of_the_name_beside_it) {
  EXPECT_EQ(unproven("host=localhost hostaddr=10.0.0.1"), "10.0.0.1 prefer");
  EXPECT_EQ(unproven("host=/var/run/postgresql hostaddr=10.0.0.1"), "10.0.0.1 prefer");
  EXPECT_EQ(unproven("host=db.example.com hostaddr=127.0.0.1"), "");
  EXPECT_EQ(unproven("host=db.example.com hostaddr=10.0.0.1"), "db.example.com prefer");
  EXPECT_EQ(unproven("hostaddr=10.0.0.1"), "10.0.0.1 prefer");
}

TEST_F(server_identity, of_several_hosts_names_those_that_are_elsewhere) {
  EXPECT_EQ(unproven("host=/tmp,one.example.com,localhost,two.example.com"),
            "one.example.com,two.example.com prefer");
  EXPECT_EQ(unproven("host=,one.example.com"), "one.example.com prefer");
  EXPECT_EQ(unproven("host=a.example.com,b.example.com hostaddr=127.0.0.1,10.0.0.1"),
            "b.example.com prefer");
  EXPECT_EQ(unproven("postgresql://one.example.com,127.0.0.1/vobiz"), "one.example.com prefer");
  EXPECT_EQ(unproven("postgresql://one.example.com,two.example.com/vobiz?sslmode=verify-full"), "");
}

TEST_F(server_identity, follows_the_environment) {
  setenv("PGHOST", "db.example.com", 1);
  EXPECT_EQ(unproven("dbname=vobiz"), "db.example.com prefer");
  EXPECT_EQ(unproven("dbname=vobiz host=/tmp"), "");
  setenv("PGSSLMODE", "verify-full", 1);
  EXPECT_EQ(unproven("dbname=vobiz"), "");
  EXPECT_EQ(unproven("dbname=vobiz sslmode=require"), "db.example.com require");
  setenv("PGSSLMODE", "require", 1);
  setenv("PGHOSTADDR", "127.0.0.1", 1);
  EXPECT_EQ(unproven("dbname=vobiz"), "");
  setenv("PGHOSTADDR", "10.0.0.1", 1);
  EXPECT_EQ(unproven("dbname=vobiz host=/tmp"), "10.0.0.1 require");
}

TEST_F(server_identity, follows_a_service_file) {
  support::temporary_folder const folder;
  auto const file = folder.write("services",
                                 "[open]\nhost=db.example.com\n\n"
                                 "[proven]\nhost=db.example.com\nsslmode=verify-full\n");
  setenv("PGSERVICEFILE", file.c_str(), 1);
  EXPECT_EQ(unproven("service=open"), "db.example.com prefer");
  EXPECT_EQ(unproven("service=proven"), "");
  EXPECT_EQ(unproven("service=proven sslmode=require"), "db.example.com require");
  EXPECT_EQ(unproven("postgresql:///?service=open"), "db.example.com prefer");
  EXPECT_EQ(std::getenv("PGSERVICE"), nullptr);
  setenv("PGSERVICE", "open", 1);
  EXPECT_EQ(unproven("dbname=vobiz"), "db.example.com prefer");
  EXPECT_EQ(unproven("service=proven"), "");
  EXPECT_STREQ(std::getenv("PGSERVICE"), "open");
}

TEST_F(server_identity, of_a_dsn_that_libpq_does_not_take_is_no_question) {
  EXPECT_EQ(unproven("host"), "");
}

}  // namespace
}  // namespace vobiz::sink
