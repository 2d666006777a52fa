#include <spdlog/fmt/fmt.h>

#include <iostream>

#include "commands.hpp"
#include "options.hpp"
#include "partner_work.hpp"
#include "vobiz/sink/connection.hpp"
#include "vobiz/sink/distribution.hpp"

namespace vobiz::app {

exit_code distribute(config::settings const& settings, bool dry_run) {
  require_schema(settings);
  auto const connection = sink::connect(settings.database);
  auto const found = sink::find_distribution(*connection);
  if (!found.has_extension) {
    refuse("this database has no extension citus",
           "install Citus, add its servers with citus_add_node, and run CREATE EXTENSION citus");
  }
  auto const servers = fmt::format("{} server{}", found.servers, found.servers == 1 ? "" : "s");
  if (found.whole.empty()) std::cout << "distributed already, over " << servers << "\n";
  for (auto const& table : found.whole) {
    std::cout << (dry_run ? "would distribute " : "distributing ") << table << " over " << servers
              << "\n";
  }
  if (!dry_run && !found.whole.empty()) sink::distribute(*connection);
  return exit_code::ok;
}

}  // namespace vobiz::app
