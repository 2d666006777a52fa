#include <iostream>

#include "commands.hpp"
#include "partner_work.hpp"
#include "vobiz/core/visible.hpp"
#include "vobiz/sink/connection.hpp"
#include "vobiz/sink/migrations.hpp"

namespace vobiz::app {

namespace {

using sink::schema_action;

struct words {
  char const* done;
  char const* would;
};

words words_of(schema_action action) {
  switch (action) {
    case schema_action::adopt:
      return {"adopted", "would adopt"};
    case schema_action::apply:
      return {"applied", "would apply"};
    case schema_action::make:
      return {"made", "would make"};
    case schema_action::change:
      return {"changed", "would change"};
    case schema_action::drop:
      return {"dropped", "would drop"};
  }
  return {};
}

}  // namespace

exit_code migrate(config::settings const& settings, bool dry_run) {
  auto const connection = sink::connect(settings.database);
  if (dry_run) {
    auto const status = sink::check_migrations(*connection);
    for (auto const& change : status.changes)
      std::cout << words_of(change.action).would << " " << core::visible(change.name) << "\n";
    if (status.changes.empty())
      std::cout << "schema is up to date (version " << status.applied << ")\n";
    return exit_code::ok;
  }
  auto const done = sink::migrate(*connection);
  for (auto const& change : done)
    std::cout << words_of(change.action).done << " " << core::visible(change.name) << "\n";
  std::cout << (done.empty() ? "schema is up to date (version " : "schema is now at version ")
            << sink::check_migrations(*connection).applied << (done.empty() ? ")\n" : "\n");
  adopt_settings(settings);
  return exit_code::ok;
}

}  // namespace vobiz::app
