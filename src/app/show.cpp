#include <iostream>

#include "commands.hpp"
#include "partner_work.hpp"
#include "vobiz/ops/status.hpp"
#include "vobiz/sink/connection.hpp"

namespace vobiz::app {

exit_code status(config::settings const& settings, bool json) {
  require_schema(settings);
  auto const connection = sink::connect(settings.database);
  ops::status all;
  try {
    pqxx::read_transaction transaction(*connection);
    all = ops::read_status(transaction);
  } catch (pqxx::failure const&) {
    sink::rethrow_as_failure(std::current_exception());
  }
  std::cout << (json ? ops::status_json(all) : ops::status_table(all));
  return exit_code::ok;
}

exit_code version() {
  std::cout << "vobiz-syncd " VOBIZ_VERSION "\n";
  return exit_code::ok;
}

}  // namespace vobiz::app
