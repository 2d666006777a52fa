#include <spdlog/spdlog.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/system_error.hpp>
#include <csignal>
#include <cstdlib>
#include <list>
#include <random>

#include "commands.hpp"
#include "partner_work.hpp"
#include "vobiz/async/error_code_text.hpp"
#include "vobiz/async/sleep.hpp"
#include "vobiz/ops/notify.hpp"
#include "vobiz/schedule/nightly.hpp"
#include "vobiz/schedule/runner.hpp"

namespace vobiz::app {

namespace asio = boost::asio;
using core::exit_code;

namespace {

// design.md §5: "SIGTERM finishes the batch at hand and exits within 10 s".
constexpr std::chrono::seconds longest_stop{9};
constexpr std::chrono::seconds ask_again{60};

// The service: one coroutine per partner and stream, all ended by one signal.
class service {
public:
  explicit service(config::settings const& settings)
      : settings_(settings),
        partners_(make_partners(context_.get_executor(), settings)),
        db_(context_.get_executor(), settings.postgres),
        leases_(context_.get_executor(), settings.postgres,
                schedule::lease_keeper::manner::service),
        signals_(context_, SIGINT, SIGTERM),
        stop_timer_(context_) {}

  exit_code serve() {
    std::size_t streams = 0;
    for (auto const& partner : partners_) {
      for (auto const* stream : pick_streams(settings_, {})) {
        start(serve_stream(*partner, *stream));
        if (!stream->day_column.empty()) start(serve_backfill(*partner, *stream));
        ++streams;
      }
      start(serve_books(*partner));
    }
    asio::co_spawn(context_, leases_.keep(), [this](std::exception_ptr error) { released(error); });
    wait_for_signal();
    spdlog::info("running: {} streams of {} partners", streams, partners_.size());
    ops::notify_ready(fmt::format("{} streams of {} partners", streams, partners_.size()));
    context_.run();
    spdlog::info("stopped");
    return outcome_;
  }

private:
  void start(asio::awaitable<void> work) {
    auto& signal = stops_.emplace_back();
    ++running_;
    asio::co_spawn(context_, std::move(work),
                   asio::bind_cancellation_slot(
                       signal.slot(), [this](std::exception_ptr error) { ended(error); }));
  }

  // Until the API says who a partner that logs in is, nothing can be done for it.
  asio::awaitable<void> know(partner_work& partner) {
    while (partner.id.empty()) {
      auto const id = co_await sync::ask_partner_id(partner.client);
      if (id) {
        partner.id = *id;
        break;
      }
      spdlog::error("partner \"{}\": {}: next try in {} s", partner.settings.name,
                    id.error().message, ask_again.count());
      co_await async::sleep_for(ask_again);
    }
  }

  asio::awaitable<sync::cycle_setting> setting_for(partner_work& partner,
                                                   streams::stream const& stream) {
    co_await know(partner);
    sync::cycle_setting const setting{partner.client, db_,
                                      stream,         settings_.streams.find(stream.name)->second,
                                      partner.id,     "run"};
    co_return setting;
  }

  asio::awaitable<void> serve_stream(partner_work& partner, streams::stream const& stream) {
    auto const setting = co_await setting_for(partner, stream);
    std::function<double()> const random = [this] {
      return std::uniform_real_distribution<double>()(engine_);
    };
    co_await schedule::run_stream(setting, leases_, random);
  }

  asio::awaitable<void> serve_backfill(partner_work& partner, streams::stream const& stream) {
    auto const setting = co_await setting_for(partner, stream);
    co_await schedule::run_backfill(setting, leases_);
  }

  asio::awaitable<void> serve_books(partner_work& partner) {
    co_await know(partner);
    co_await schedule::run_nightly(settings_.postgres, settings_.books, partner.id, leases_);
  }

  void wait_for_signal() {
    signals_.async_wait([this](boost::system::error_code error, int signal) {
      if (error) return;
      if (stopping_) std::_Exit(static_cast<int>(exit_code::failed));
      stopping_ = true;
      spdlog::info("{}: finishing the batch at hand", signal == SIGTERM ? "SIGTERM" : "SIGINT");
      ops::notify_stopping();
      for (auto& stop : stops_) stop.emit(asio::cancellation_type::terminal);
      if (running_ == 0) leases_.stop();
      stop_timer_.expires_after(longest_stop);
      stop_timer_.async_wait([](boost::system::error_code cancelled) {
        if (cancelled) return;
        // The database or the resolver holds us: every commit is whole, so nothing is lost by
        // going.
        spdlog::warn("still busy after {} s: leaving; the open batch is read again next time",
                     longest_stop.count());
        std::_Exit(static_cast<int>(exit_code::ok));
      });
      wait_for_signal();
    });
  }

  void ended(std::exception_ptr error) {
    try {
      if (error) std::rethrow_exception(error);
    } catch (boost::system::system_error const& e) {
      if (e.code() != asio::error::operation_aborted) fail(async::error_code_text(e.code()));
    } catch (std::exception const& e) {
      fail(e.what());
    }
    if (--running_ == 0) leases_.stop();
  }

  // The leases outlast the streams, whose last batch still needs them; then a stand-by may have
  // them.
  void released(std::exception_ptr error) {
    try {
      if (error) std::rethrow_exception(error);
    } catch (boost::system::system_error const& e) {
      fail(async::error_code_text(e.code()));
    } catch (std::exception const& e) {
      fail(e.what());
    }
    signals_.cancel();
    stop_timer_.cancel();
  }

  // A coroutine that ends by an error it does not know is a defect of ours: the process goes,
  // systemd starts it afresh.
  void fail(std::string const& what) {
    spdlog::critical("internal error: {}", what);
    outcome_ = exit_code::failed;
    for (auto& stop : stops_) stop.emit(asio::cancellation_type::terminal);
  }

  config::settings const& settings_;
  asio::io_context context_{1};
  std::vector<std::unique_ptr<partner_work>> partners_;
  sink::database db_;
  schedule::lease_keeper leases_;
  asio::signal_set signals_;
  asio::steady_timer stop_timer_;
  std::list<asio::cancellation_signal> stops_;
  std::mt19937_64 engine_{std::random_device()()};
  int running_ = 0;
  bool stopping_ = false;
  exit_code outcome_ = exit_code::ok;
};

}  // namespace

exit_code run(config::settings const& settings) {
  require_schema(settings);
  adopt_settings(settings);
  return service(settings).serve();
}

}  // namespace vobiz::app
