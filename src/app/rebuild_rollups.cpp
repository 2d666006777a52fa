#include <spdlog/fmt/fmt.h>

#include <chrono>
#include <iostream>

#include "commands.hpp"
#include "options.hpp"
#include "partner_work.hpp"
#include "vobiz/reconcile/billing_day.hpp"
#include "vobiz/sink/connection.hpp"
#include "vobiz/sink/rollups.hpp"

namespace vobiz::app {

namespace {

// YYYY-MM-DD sorts as the days do.
void require_span(rebuild_request const& what) {
  for (auto const& day : {what.from, what.to}) {
    if (!reconcile::billing_day_from_text(day)) {
      refuse("\"" + day + "\" is not a day", "write it as YYYY-MM-DD");
    }
  }
  if (what.from > what.to) {
    refuse("--from " + what.from + " --to " + what.to + " is no span of days",
           "both are billing days, the first not after the second");
  }
}

}  // namespace

exit_code rebuild_rollups(config::settings const& settings, rebuild_request const& what) {
  bool const of_days = !what.from.empty();
  if (of_days) require_span(what);
  require_schema(settings);
  auto const connection = sink::connect(settings.database);
  auto const start = std::chrono::steady_clock::now();
  if (of_days) {
    auto const done = sink::rebuild_days(*connection, what.from, what.to);
    std::cout << fmt::format(
        "rollups of {} to {} in time zone \"{}\" rebuilt: {} rows of 15 minutes differed\n",
        what.from, what.to, done.timezone, done.differing);
    return exit_code::ok;
  }
  auto const rows = sink::rebuild_rollups(*connection, settings.reconcile.timezone);
  std::chrono::duration<double> const took = std::chrono::steady_clock::now() - start;
  std::cout << fmt::format("rollups rebuilt in time zone \"{}\": {} rows in {:.1f} s\n",
                           settings.reconcile.timezone, rows, took.count());
  return exit_code::ok;
}

}  // namespace vobiz::app
