#pragma once

#include <pqxx/pqxx>
#include <string>
#include <vector>

namespace vobiz::sink {

// A right that somebody has and that nothing needs.
struct needless_right {
  std::string what;
  std::string hint;
};

// What this connection's login may do beyond the service's work, and masked logins that see
// numbers. Of a database with the schema of this version; throws core::failure if it does not
// answer.
std::vector<needless_right> needless_rights(pqxx::connection& connection);

}  // namespace vobiz::sink
