#pragma once

#include <pqxx/pqxx>
#include <string>
#include <string_view>
#include <vector>

#include "vobiz/core/failure.hpp"
#include "vobiz/sink/schema_source.hpp"

namespace vobiz::sink {

enum class schema_action { adopt, apply, make, change, drop };

// What `migrate` does or has done; the name has its kind before it but for files with a number.
struct schema_change {
  schema_action action;
  std::string name;

  bool operator==(schema_change const&) const = default;
};

struct migration_status {
  int known = 0;                       // newest migration this binary carries
  int applied = 0;                     // newest one in the database, 0 for an empty database
  std::vector<schema_change> changes;  // what migrate would do, in order
};

// The number of the newest migration that this binary carries.
int newest_migration();

// What to throw when the database's schema has another version than this binary's: older_schema or
// newer_schema.
core::failure other_schema(int applied, int known = newest_migration());

// Compares the database with the binary. Throws core::failure (fix): newer_schema when the database
// is newer or a migration was applied with another text, older_schema when it is too old to be
// upgraded.
migration_status check_migrations(pqxx::connection& connection,
                                  schema_source const& source = own_schema());

// Brings the database to the source, all in one transaction and one daemon at a time: files with a
// number, then functions and views whose text differs, then the rights of the roles. It acts as the
// schema's owner. It waits for the transactions that write, and they for it. Returns what it did.
// Throws like check_migrations, and core::failure naming the file or object that fails, or the
// owner that it may not act for (refused).
std::vector<schema_change> migrate(pqxx::connection& connection,
                                   schema_source const& source = own_schema());

}  // namespace vobiz::sink
