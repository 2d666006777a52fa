#pragma once

#include <cstdint>
#include <pqxx/pqxx>
#include <string>
#include <vector>

// Which of the mirror's tables Citus spreads over several servers: those that grow with the calls,
// by their customers. All others stay on the coordinator, which the service connects to.
namespace vobiz::sink {

struct distribution {
  bool has_extension = false;      // whether this database has the extension citus
  std::int64_t servers = 1;        // that may hold rows
  std::vector<std::string> whole;  // large tables, as vobiz.cdrs, that are not distributed

  bool is_distributed() const { return has_extension && whole.empty(); }
};

distribution find_distribution(pqxx::connection& connection);

// Distributes the large tables that are not, with their rows, in one transaction, for which writers
// wait.
void distribute(pqxx::connection& connection);

}  // namespace vobiz::sink
