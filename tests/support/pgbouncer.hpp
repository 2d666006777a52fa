#pragma once

#include <memory>
#include <string>

#include "support/process.hpp"
#include "support/temporary_folder.hpp"

namespace vobiz::support {

// A PgBouncer in transaction mode in front of the cluster at hand, on a socket in a folder of its
// own.
class pgbouncer {
public:
  pgbouncer();

  // Leads to that database through it.
  std::string dsn_of(std::string const& database_name) const;

  // Gone at once, as when its machine loses power; and there again.
  void kill();
  void start();

private:
  temporary_folder folder_;
  std::unique_ptr<process> process_;
};

}  // namespace vobiz::support
