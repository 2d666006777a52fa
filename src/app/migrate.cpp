#include <iostream>

#include "commands.hpp"
#include "partner_work.hpp"
#include "vobiz/sink/connection.hpp"
#include "vobiz/sink/migrations.hpp"

namespace vobiz::app {

exit_code migrate(config::settings const& settings, bool dry_run) {
  auto const connection = sink::connect(settings.database);
  if (dry_run) {
    auto const status = sink::check_migrations(*connection);
    for (auto const& name : status.missing) std::cout << "would apply " << name << "\n";
    if (status.missing.empty())
      std::cout << "schema is up to date (version " << status.applied << ")\n";
    return exit_code::ok;
  }
  auto const applied = sink::migrate(*connection);
  for (auto const& name : applied) std::cout << "applied " << name << "\n";
  std::cout << (applied.empty() ? "schema is up to date (version " : "schema is now at version ")
            << sink::check_migrations(*connection).applied << (applied.empty() ? ")\n" : "\n");
  adopt_settings(settings);
  return exit_code::ok;
}

}  // namespace vobiz::app
