#include "support/test_database.hpp"

#include <unistd.h>

#include <atomic>
#include <fstream>
#include <sstream>

#include "vobiz/sink/connection.hpp"
#include "vobiz/sink/migrations.hpp"
#include "vobiz/sink/query.hpp"

namespace vobiz::testing {

namespace {

std::string fresh_name() {
  static std::atomic<int> count{0};
  return "vobiz_test_" + std::to_string(getpid()) + "_" + std::to_string(++count);
}

void administer(std::string const& sql) {
  auto const connection = sink::connect(settings_for("postgres"));
  pqxx::nontransaction(*connection).exec(sql);
}

// Created once per process and dropped with the cluster.
std::string const& migrated_template() {
  static std::string const name = [] {
    auto const made = create_empty_database();
    auto const connection = sink::connect(settings_for(made));
    sink::migrate(*connection);
    // Other processes of the cluster may be about to do the same.
    administer(
        "DO $$ BEGIN PERFORM pg_advisory_xact_lock(4712);\n"
        "IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '" +
        std::string(service_login) + "') THEN CREATE ROLE " + service_login +
        " LOGIN IN ROLE vobiz_writer; END IF; END $$");
    return made;
  }();
  return name;
}

}  // namespace

config::database settings_for(std::string const& name) {
  config::database settings;
  // Host, port and user come from the PG* variables.
  settings.dsn = core::secret("dbname=" + name);
  return settings;
}

config::database settings_for(std::string const& name, std::string const& login) {
  config::database settings;
  settings.dsn = core::secret("dbname=" + name + " user=" + login);
  return settings;
}

std::string create_empty_database() {
  auto const name = fresh_name();
  administer("CREATE DATABASE " + name);
  return name;
}

std::string create_database_of_version_17() {
  auto const name = create_empty_database();
  auto const connection = sink::connect(settings_for(name));
  std::stringstream dump;
  dump << std::ifstream(VOBIZ_SOURCE_DIR "/tests/fixtures/schema/version_17.dump").rdbuf();
  pqxx::work transaction(*connection);
  transaction.exec(R"(DO $$ BEGIN
    PERFORM pg_advisory_xact_lock(4712);
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'vobiz_writer') THEN CREATE ROLE vobiz_writer; END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'vobiz_reader') THEN CREATE ROLE vobiz_reader; END IF;
  END $$)");
  transaction.exec(dump.str());
  transaction.commit();
  return name;
}

void drop_database(std::string const& name) {
  administer("DROP DATABASE " + name + " WITH (FORCE)");
}

test_database::test_database() : name_(fresh_name()) {
  auto const& from = migrated_template();
  administer("CREATE DATABASE " + name_ + " TEMPLATE " + from);
}

test_database::~test_database() {
  connection_.reset();
  drop_database(name_);
}

config::database test_database::settings() const { return settings_for(name_); }

pqxx::connection& test_database::connection() {
  if (!connection_) connection_ = sink::connect(settings());
  return *connection_;
}

pqxx::result test_database::query(std::string const& sql) {
  pqxx::work transaction(connection());
  auto result = transaction.exec(sql);
  transaction.commit();
  return result;
}

std::string test_database::value(std::string const& sql) {
  auto const rows = query(sql);
  return rows.empty() || rows[0][0].is_null() ? std::string() : std::string(rows[0][0].c_str());
}

}  // namespace vobiz::testing
