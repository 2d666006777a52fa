#include <iostream>

#include "commands.hpp"
#include "partner_work.hpp"
#include "vobiz/ops/status.hpp"
#include "vobiz/sink/connection.hpp"

namespace vobiz::app {

core::exit_code status(config::settings const& settings, bool json) {
  require_schema(settings);
  auto const connection = sink::connect(settings.postgres);
  auto const streams = ops::read_status(*connection);
  std::cout << (json ? ops::status_json(streams) : ops::status_table(streams));
  return core::exit_code::ok;
}

core::exit_code version() {
  std::cout << "vobiz-syncd " VOBIZ_VERSION "\n";
  return core::exit_code::ok;
}

}  // namespace vobiz::app
