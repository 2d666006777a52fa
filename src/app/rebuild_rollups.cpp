#include <spdlog/fmt/fmt.h>

#include <chrono>
#include <iostream>

#include "commands.hpp"
#include "partner_work.hpp"
#include "vobiz/sink/connection.hpp"
#include "vobiz/sink/rollups.hpp"

namespace vobiz::app {

exit_code rebuild_rollups(config::settings const& settings) {
  require_schema(settings);
  auto const connection = sink::connect(settings.database);
  auto const start = std::chrono::steady_clock::now();
  auto const rows = sink::rebuild_rollups(*connection, settings.reconcile.timezone);
  std::chrono::duration<double> const took = std::chrono::steady_clock::now() - start;
  std::cout << fmt::format("rollups rebuilt in time zone \"{}\": {} rows in {:.1f} s\n",
                           settings.reconcile.timezone, rows, took.count());
  return exit_code::ok;
}

}  // namespace vobiz::app
