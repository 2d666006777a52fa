#include "one_shot.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/system_error.hpp>
#include <csignal>
#include <cstdlib>
#include <iostream>

#include "stopping.hpp"
#include "vobiz/sync/cycle.hpp"

namespace vobiz::app {

namespace asio = boost::asio;

namespace {

config::settings const& checked(config::settings const& settings) {
  require_schema(settings);
  return settings;
}

}  // namespace

one_shot::one_shot(config::settings const& settings)
    : partners_(make_partners(context_.get_executor(), checked(settings))),
      db_(context_.get_executor(), settings.database),
      leases_(context_.get_executor(), settings.database, schedule::lease_keeper::manner::command) {
}

asio::awaitable<std::vector<partner_work*>> one_shot::identify() {
  std::vector<partner_work*> known;
  for (auto const& partner : partners_) {
    if (partner->id.empty()) {
      auto const id = co_await sync::ask_partner_id(partner->client);
      if (!id) {
        add_error("partner \"" + partner->settings.name + "\": " + id.error().message);
        fail_with(exit_code_for(id.error().kind));
        continue;
      }
      partner->id = *id;
    }
    known.push_back(partner.get());
  }
  co_return known;
}

bool one_shot::run(std::function<asio::awaitable<void>()> const& work) {
  asio::cancellation_signal stop;
  asio::signal_set signals(context_, SIGINT, SIGTERM);
  asio::steady_timer patience(context_);
  signals.async_wait([&](boost::system::error_code error, int) {
    if (error) return;
    stop.emit(asio::cancellation_type::terminal);
    std::cerr << "finishing the batch at hand; once more to leave at once\n";
    signals.async_wait([](boost::system::error_code again, int) {
      if (!again) std::_Exit(static_cast<int>(exit_code::failed));
    });
    patience.expires_after(longest_stop);
    patience.async_wait([](boost::system::error_code cancelled) {
      if (cancelled) return;
      std::cerr << "still busy after " << longest_stop.count()
                << " s: leaving; what was not committed is done again next time\n";
      std::_Exit(static_cast<int>(exit_code::failed));
    });
  });
  std::exception_ptr broken;
  asio::co_spawn(context_, work(),
                 asio::bind_cancellation_slot(stop.slot(), [&](std::exception_ptr error) {
                   broken = error;
                   signals.cancel();
                   patience.cancel();
                   leases_.stop();
                 }));
  std::exception_ptr unkept;
  asio::co_spawn(context_, leases_.keep(), [&](std::exception_ptr error) { unkept = error; });
  context_.run();
  if (unkept) std::rethrow_exception(unkept);
  if (!broken) return true;
  try {
    std::rethrow_exception(broken);
  } catch (boost::system::system_error const& error) {
    if (error.code() != asio::error::operation_aborted) throw;
    return false;
  }
}

}  // namespace vobiz::app
