#pragma once

#include <memory>
#include <pqxx/pqxx>

#include "vobiz/config/settings.hpp"
#include "vobiz/sink/connection.hpp"

namespace vobiz::fuzz {

// To the server that the PG* variables name, as scripts/with-postgres.sh sets them.
inline std::unique_ptr<pqxx::connection> connect() {
  config::database where;
  where.dsn = core::secret("dbname=postgres");
  return sink::connect(where);
}

}  // namespace vobiz::fuzz
