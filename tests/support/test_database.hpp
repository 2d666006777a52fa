#pragma once

#include <memory>
#include <pqxx/pqxx>
#include <string>

#include "vobiz/config/settings.hpp"

namespace vobiz::testing {

// A migrated database in the cluster of scripts/with-postgres.sh, dropped by the destructor. The
// first one becomes the template of the others.
class test_database {
public:
  test_database();
  ~test_database();
  test_database(test_database const&) = delete;
  test_database& operator=(test_database const&) = delete;

  std::string const& name() const { return name_; }
  config::database settings() const;

  // A connection for queries; opened once.
  pqxx::connection& connection();

  // Makes the next query reconnect, for tests that stop the server.
  void disconnect() { connection_.reset(); }

  // Runs a statement in its own transaction and returns its rows.
  pqxx::result query(std::string const& sql);

  // The first value of the first row as text.
  std::string value(std::string const& sql);

private:
  std::string name_;
  std::unique_ptr<pqxx::connection> connection_;
};

// The login of a service that has no more rights than it needs: a member of vobiz_writer, in the
// cluster as soon as there is a test_database.
inline constexpr char const* service_login = "vobiz_test_service";

// An empty database without the schema, dropped at the end like test_database.
std::string create_empty_database();
// A database, with rows, that the program of before the first release has made.
std::string create_database_of_version_17();
void drop_database(std::string const& name);
config::database settings_for(std::string const& name);
config::database settings_for(std::string const& name, std::string const& login);

}  // namespace vobiz::testing
