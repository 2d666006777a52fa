#pragma once

#include <memory>
#include <pqxx/pqxx>
#include <string>

#include "vobiz/config/settings.hpp"

namespace vobiz::testing {

// A migrated database of its own in the cluster that scripts/with-postgres.sh started, dropped at
// the end. The first one is migrated and serves as the template of the others.
class test_database {
public:
  test_database();
  ~test_database();
  test_database(test_database const&) = delete;
  test_database& operator=(test_database const&) = delete;

  std::string const& name() const { return name_; }
  config::database settings() const;

  // A connection for looking; opened once.
  pqxx::connection& connection();

  // The next look opens another one: for a server that goes.
  void disconnect() { connection_.reset(); }

  // Runs a statement in a transaction of its own and gives its rows.
  pqxx::result query(std::string const& sql);

  // The first value of the first row as text.
  std::string value(std::string const& sql);

private:
  std::string name_;
  std::unique_ptr<pqxx::connection> connection_;
};

// An empty database, not migrated; the caller's to fill. Dropped at the end like test_database.
std::string create_empty_database();
void drop_database(std::string const& name);
config::database settings_for(std::string const& name);

}  // namespace vobiz::testing
