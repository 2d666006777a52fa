#include <iostream>

#include "commands.hpp"
#include "partner_work.hpp"
#include "vobiz/ops/status.hpp"

namespace vobiz::app {

exit_code status(config::settings const& settings, bool json) {
  require_schema(settings);
  auto const all = ops::read_status(settings.database);
  std::cout << (json ? ops::status_json(all) : ops::status_table(all));
  return exit_code::ok;
}

exit_code version() {
  std::cout << "vobiz-syncd " VOBIZ_VERSION "\n";
  return exit_code::ok;
}

}  // namespace vobiz::app
