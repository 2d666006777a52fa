#pragma once

#include <pqxx/pqxx>
#include <string>
#include <vector>

namespace vobiz::sink {

struct migration_status {
  int known = 0;                     // newest migration this binary carries
  int applied = 0;                   // newest one in the database, 0 for an empty database
  std::vector<std::string> missing;  // names of those to apply, in order
};

// The number of the newest migration that this binary carries.
int newest_migration();

// Compares the database with the binary. Throws core::failure (fix) when the database is newer, or
// a migration was applied with another text.
migration_status check_migrations(pqxx::connection& connection);

// Applies what is missing, each migration in a transaction of its own, one daemon at a time.
// Returns the names of those applied. Throws like check_migrations, and core::failure naming the
// migration that fails.
std::vector<std::string> migrate(pqxx::connection& connection);

}  // namespace vobiz::sink
