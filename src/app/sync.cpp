#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/system/system_error.hpp>
#include <csignal>
#include <iostream>

#include "commands.hpp"
#include "partner_work.hpp"
#include "vobiz/ops/table.hpp"
#include "vobiz/schedule/lease_keeper.hpp"
#include "vobiz/sync/cycle.hpp"

namespace vobiz::app {

namespace asio = boost::asio;
using core::exit_code;

namespace {

struct tally {
  ops::table runs{{{"partner"},
                   {"stream"},
                   {"outcome"},
                   {"windows", ops::align::right},
                   {"proven", ops::align::right},
                   {"requests", ops::align::right},
                   {"read", ops::align::right},
                   {"new", ops::align::right},
                   {"changed", ops::align::right},
                   {"unchanged", ops::align::right},
                   {"removed", ops::align::right},
                   {"rejected", ops::align::right}}};
  int cycles = 0;
  std::vector<std::string> errors;
  exit_code outcome = exit_code::ok;

  // The first thing that went wrong decides.
  void note(exit_code code) {
    if (outcome == exit_code::ok) outcome = code;
  }
};

void add(tally& all, partner_work const& partner, sync::cycle_result const& result) {
  auto const& run = result.report;
  ++all.cycles;
  all.runs.add({partner.settings.name, std::string(run.stream), std::string(to_text(run.outcome)),
                std::to_string(run.windows), std::to_string(run.proven),
                std::to_string(run.requests), std::to_string(run.rows_read),
                std::to_string(run.rows.inserted), std::to_string(run.rows.updated),
                std::to_string(run.rows.unchanged), std::to_string(run.removed),
                std::to_string(run.rejected)});
  if (!run.error.empty()) all.errors.push_back(std::string(run.stream) + ": " + run.error);
  if (result.problem) all.note(exit_code_for(*result.problem));
  if (run.outcome == sink::run_outcome::mismatch) all.note(exit_code::failed);
}

// The partners that say who they are; the others go on record.
asio::awaitable<std::vector<partner_work*>> identify(
    std::vector<std::unique_ptr<partner_work>> const& partners, tally& all) {
  std::vector<partner_work*> known;
  for (auto const& partner : partners) {
    if (partner->id.empty()) {
      auto const id = co_await sync::ask_partner_id(partner->client);
      if (!id) {
        all.errors.push_back("partner \"" + partner->settings.name + "\": " + id.error().message);
        all.note(exit_code_for(id.error()));
        continue;
      }
      partner->id = *id;
    }
    known.push_back(partner.get());
  }
  co_return known;
}

asio::awaitable<void> sync_partner(partner_work& partner, sink::database& db,
                                   schedule::lease_keeper& leases, config::settings const& settings,
                                   std::vector<streams::stream const*> const& streams, tally& all) {
  for (auto const* stream : streams) {
    sink::lease_key const key{partner.id, stream->name};
    auto const turn = co_await leases.wait_for(key);
    auto const& of_stream = settings.streams.find(stream->name)->second;
    sync::cycle_setting const setting{partner.client, db,   *stream,        of_stream, partner.id,
                                      "sync",         true, &turn.lease()};
    sync::schedule_after const none;
    auto const result = co_await sync::run_cycle(setting, none);
    add(all, partner, result);
    // Without credentials the other streams would only be refused too.
    if (result.report.outcome == sink::run_outcome::unauthorized) co_return;
  }
}

}  // namespace

exit_code sync(config::settings const& settings, std::vector<std::string> const& names) {
  require_schema(settings);
  asio::io_context context(1);
  auto partners = make_partners(context.get_executor(), settings);
  sink::database db(context.get_executor(), settings.postgres);
  schedule::lease_keeper leases(context.get_executor(), settings.postgres,
                                schedule::lease_keeper::manner::command);
  auto const streams = pick_streams(settings, names);
  tally all;
  auto work = [&]() -> asio::awaitable<void> {
    auto const known = co_await identify(partners, all);
    std::vector<sink::lease_key> wanted;
    for (auto const* partner : known) {
      for (auto const* stream : streams) wanted.push_back({partner->id, stream->name});
    }
    co_await leases.take_all(wanted);
    for (auto* partner : known) co_await sync_partner(*partner, db, leases, settings, streams, all);
  };

  asio::cancellation_signal stop;
  asio::signal_set signals(context, SIGINT, SIGTERM);
  signals.async_wait([&](boost::system::error_code error, int) {
    if (!error) stop.emit(asio::cancellation_type::terminal);
  });
  std::exception_ptr broken;
  asio::co_spawn(context, work, asio::bind_cancellation_slot(stop.slot(), [&](std::exception_ptr error) {
                   broken = error;
                   signals.cancel();
                   leases.stop();
                 }));
  std::exception_ptr unkept;
  asio::co_spawn(context, leases.keep(), [&](std::exception_ptr error) { unkept = error; });
  context.run();
  if (unkept) std::rethrow_exception(unkept);

  if (all.cycles > 0) std::cout << all.runs.text();
  for (auto const& error : all.errors) std::cout << error << "\n";
  if (!broken) return all.outcome;
  try {
    std::rethrow_exception(broken);
  } catch (boost::system::system_error const& error) {
    if (error.code() != asio::error::operation_aborted) throw;
    std::cout << "stopped; what was read is stored, the rest is read next time\n";
    return exit_code::failed;
  }
}

}  // namespace vobiz::app
