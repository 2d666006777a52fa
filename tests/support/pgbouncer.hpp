#pragma once

#include <memory>
#include <string>

#include "support/process.hpp"
#include "support/temporary_folder.hpp"

namespace vobiz::support {

// A PgBouncer in transaction mode before the test cluster, on a socket in its own folder.
class pgbouncer {
public:
  pgbouncer();

  // The DSN of that database through it.
  std::string dsn_of(std::string const& database_name) const;

  // Kills it as a power failure would; start() brings it back.
  void kill();
  void start();

private:
  temporary_folder folder_;
  std::unique_ptr<process> process_;
};

}  // namespace vobiz::support
