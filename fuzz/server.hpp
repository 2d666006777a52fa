#pragma once

#include <memory>
#include <pqxx/pqxx>

#include "vobiz/config/settings.hpp"
#include "vobiz/sink/connection.hpp"

namespace vobiz::fuzz {

// Connects to the server in the PG* variables, which scripts/with-postgres.sh sets.
inline std::unique_ptr<pqxx::connection> connect() {
  config::database where;
  where.dsn = core::secret("dbname=postgres");
  return sink::connect(where);
}

}  // namespace vobiz::fuzz
