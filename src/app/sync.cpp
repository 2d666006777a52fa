#include <iostream>

#include "commands.hpp"
#include "one_shot.hpp"
#include "vobiz/core/visible.hpp"
#include "vobiz/ops/progress.hpp"
#include "vobiz/ops/table.hpp"
#include "vobiz/sync/cycle.hpp"

namespace vobiz::app {

namespace asio = boost::asio;

namespace {

using ops::align;

struct tally {
  ops::table runs{{{"partner"},
                   {"stream"},
                   {"outcome"},
                   {"windows", align::right},
                   {"proven", align::right},
                   {"requests", align::right},
                   {"read", align::right},
                   {"new", align::right},
                   {"changed", align::right},
                   {"unchanged", align::right},
                   {"removed", align::right},
                   {"rejected", align::right}}};
  int cycles = 0;
};

void add(tally& all, one_shot& here, partner_work const& partner,
         sync::cycle_result const& result) {
  auto const& run = result.report;
  ++all.cycles;
  all.runs.add({partner.settings.name, std::string(run.stream), std::string(to_text(run.outcome)),
                std::to_string(run.windows), std::to_string(run.proven),
                std::to_string(run.requests), std::to_string(run.rows_read),
                std::to_string(run.rows.inserted), std::to_string(run.rows.updated),
                std::to_string(run.rows.unchanged), std::to_string(run.removed),
                std::to_string(run.rejected)});
  if (!run.error.empty())
    here.add_error(partner.settings.name + " " + std::string(run.stream) + ": " + run.error);
  here.fail_with(exit_code_for(result));
}

asio::awaitable<void> sync_partner(partner_work& partner, one_shot& here,
                                   config::settings const& settings,
                                   std::vector<streams::stream const*> const& streams, tally& all) {
  for (auto const* stream : streams) {
    sink::lease_key const key{partner.id, stream->name};
    auto const turn = co_await here.leases().wait_for(key);
    auto const& of_stream = settings.streams.find(stream->name)->second;
    sync::cycle_setting setting{partner.client, here.db(), *stream, of_stream,
                                partner.id,     "sync",    true,    &turn.lease()};
    setting.partner_name = partner.settings.name;
    // One screen shows both, and says it once: below the table, where it is seen last.
    setting.shows_error = ops::stdout_is_terminal() && ops::stderr_is_terminal();
    setting.max_in_flight = partner.settings.limits.max_in_flight;
    sync::schedule_after const none;
    auto const result = co_await sync::run_cycle(setting, none);
    add(all, here, partner, result);
    // Without credentials the other streams would only be refused too.
    if (result.report.outcome == sink::run_outcome::unauthorized) co_return;
  }
}

}  // namespace

exit_code sync(config::settings const& settings, std::vector<std::string> const& names) {
  one_shot here(settings);
  adopt_settings(settings);
  auto const streams = pick_streams(settings, names);
  tally all;
  auto const work = [&]() -> asio::awaitable<void> {
    auto const known = co_await here.identify();
    std::vector<sink::lease_key> wanted;
    for (auto const* partner : known) {
      for (auto const* stream : streams) wanted.push_back({partner->id, stream->name});
    }
    co_await here.leases().take_all(wanted);
    for (auto* partner : known) co_await sync_partner(*partner, here, settings, streams, all);
  };
  bool whole = false;
  std::exception_ptr broken;
  try {
    whole = here.run(work);
  } catch (core::failure const&) {
    broken = std::current_exception();
  }
  // What was read before the failure is stored, so it is shown.
  if (all.cycles > 0) std::cout << all.runs.text();
  for (auto const& error : here.errors()) std::cout << core::visible(error) << "\n";
  if (broken) std::rethrow_exception(broken);
  if (whole) return here.outcome();
  std::cout << "stopped; what was read is stored, the rest is read next time\n";
  return exit_code::failed;
}

}  // namespace vobiz::app
