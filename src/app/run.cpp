#include <spdlog/spdlog.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <cstdlib>
#include <utility>

#include "commands.hpp"
#include "reload.hpp"
#include "service_generation.hpp"
#include "start_up.hpp"
#include "stopping.hpp"
#include "vobiz/ops/health.hpp"
#include "vobiz/ops/log.hpp"
#include "vobiz/ops/notify.hpp"
#include "vobiz/ops/status_reader.hpp"
#include "vobiz/web/routes.hpp"

namespace vobiz::app {

namespace asio = boost::asio;
using clock = std::chrono::steady_clock;

namespace {

constexpr std::chrono::seconds tick{1};
// How long systemd waits for the next tick of a service that has not started yet.
constexpr std::chrono::seconds start_patience{30};

// Not std::exit: a thread that hangs in the database or in a write must not keep the process.
[[noreturn]] void leave(exit_code how) {
  ops::finish_log();
  std::_Exit(static_cast<int>(how));
}

// The service: what outlasts a configuration (database, HTTP, signals, systemd) and the
// generation that runs.
class service {
public:
  service(std::filesystem::path file, config::settings const& settings)
      : file_(std::move(file)),
        db_(context_.get_executor(), settings.database),
        reader_(context_.get_executor(), settings.database),
        signals_(context_, SIGINT, SIGTERM, SIGHUP),
        tick_timer_(context_),
        stop_timer_(context_),
        start_(context_),
        generation_(std::make_unique<service_generation>(
            context_, std::make_shared<config::settings const>(settings), db_, activities_)) {
    if (!settings.http) return;
    std::function<ops::facts()> const facts_now = [this] { return gather_facts(); };
    http_.emplace(context_.get_executor(), *settings.http, web::make_routes(facts_now, reader_));
  }

  exit_code serve() {
    if (http_) {
      http_->start();
      spdlog::info("listening on {}", http_->url());
    }
    wait_for_signal();
    wait_for_tick();
    wait_for_database();
    context_.run();
    spdlog::info("stopped");
    // A status query that hangs in the database must not keep the process.
    if (reader_.workers().longest.count() > 0) leave(outcome_);
    return outcome_;
  }

private:
  void wait_for_database() {
    configured_at_ = std::chrono::system_clock::now();
    start_.begin(generation_->shared_settings(), [this] { start_generation(); });
  }

  void start_generation() {
    auto const ended = [this](exit_code how) {
      // Not from within the generation: it is destroyed next.
      asio::post(context_, [this, how] { generation_ended(how); });
    };
    auto const other_schema = [this](core::failure const& why) {
      asio::post(context_, [this, why] { schema_changed(why); });
    };
    generation_->start(ended, other_schema);
    spdlog::info("running: {}", generation_->summary());
    notify_ready();
  }

  void notify_ready() {
    was_ready_ = true;
    ops::notify_ready(ops::status_line(gather_facts()));
  }

  // The database has refused to write already; what has not been written is read again later.
  void schema_changed(core::failure const& why) {
    if (stopping_ || schema_changed_) return;
    schema_changed_ = true;
    start_.say(why);
    generation_->stop();
  }

  void generation_ended(exit_code how) {
    bool const goes_on = !stopping_ && how == exit_code::ok;
    if (next_ && goes_on) {
      take_up_next();
      start_generation_or_wait();
      return;
    }
    if (schema_changed_ && goes_on) {
      generation_ = std::make_unique<service_generation>(context_, generation_->shared_settings(),
                                                         db_, activities_);
      start_generation_or_wait();
      return;
    }
    end(how);
  }

  void start_generation_or_wait() {
    if (std::exchange(schema_changed_, false)) {
      wait_for_database();
    } else {
      start_generation();
    }
  }

  void end(exit_code how) {
    outcome_ = how;
    if (http_) http_->stop();
    signals_.cancel();
    tick_timer_.cancel();
    stop_timer_.cancel();
    context_.stop();
  }

  void take_up_next() {
    generation_ = std::move(next_);
    configured_at_ = std::chrono::system_clock::now();
    auto const& settings = generation_->settings();
    ops::set_up_log(settings.log, ops::log_delivery::queued);
    db_.use(settings.database);
    reader_.use(settings.database);
    if (http_) http_->use(*settings.http);
    spdlog::info("SIGHUP: the new configuration is at work");
  }

  void reload() {
    spdlog::info("SIGHUP: reading \"{}\" again", file_.string());
    // systemd knows no reload of a service that has not started yet.
    if (was_ready_) ops::notify_reloading();
    try {
      auto const settings = std::make_shared<config::settings const>(config::load(file_));
      refuse_fixed_changes(generation_->settings(), *settings);
      next_ = std::make_unique<service_generation>(context_, settings, db_, activities_);
    } catch (core::failure const& failure) {
      reload_refused_ = true;
      log_refusal(failure);
      // A configuration that was accepted before is still being taken up, and notifies systemd
      // itself.
      if (!next_ && was_ready_) notify_ready();
      return;
    }
    reload_refused_ = false;
    if (!start_.is_under_way()) {
      generation_->stop();
      return;
    }
    take_up_next();
    start_.use(generation_->shared_settings());
    if (was_ready_) notify_ready();
  }

  void wait_for_signal() {
    signals_.async_wait([this](boost::system::error_code error, int signal) {
      if (error) return;
      if (signal != SIGHUP) {
        stop(signal);
      } else if (!stopping_) {
        reload();
      }
      wait_for_signal();
    });
  }

  void stop(int signal) {
    if (stopping_) leave(exit_code::failed);
    stopping_ = true;
    auto const* const name = signal == SIGTERM ? "SIGTERM" : "SIGINT";
    ops::notify_stopping();
    if (start_.is_under_way()) {
      spdlog::info("{}: waiting no more", name);
      stop_waiting();
      return;
    }
    spdlog::info("{}: finishing the batch at hand", name);
    generation_->stop();
    stop_timer_.expires_after(longest_stop);
    stop_timer_.async_wait([](boost::system::error_code cancelled) {
      if (cancelled) return;
      spdlog::warn("still busy after {} s: leaving; the open batch is read again next time",
                   longest_stop.count());
      leave(exit_code::ok);
    });
  }

  // Nothing has been begun, so a look that hangs in the resolver or the database is left alone.
  void stop_waiting() {
    bool const looking = start_.cancel();
    end(exit_code::ok);
    if (!looking) return;
    spdlog::info("stopped");
    leave(exit_code::ok);
  }

  void wait_for_tick() {
    tick_timer_.expires_after(tick);
    tick_timer_.async_wait([this](boost::system::error_code error) {
      if (error) return;
      auto const now = gather_facts();
      // Feed the watchdog only if no worker is stuck.
      if (ops::stuck_workers(now).empty()) ops::notify_alive();
      if (!was_ready_) ops::notify_starting(start_patience);
      auto line = ops::status_line(now);
      if (line != status_line_ && !stopping_) ops::notify_status(line);
      status_line_ = std::move(line);
      ops::flush_log();
      wait_for_tick();
    });
  }

  ops::facts gather_facts() const {
    ops::facts now;
    generation_->describe(now);
    auto const add = [&](char const* name, sink::database::worker_state const& how) {
      now.workers.push_back({name, how.queued, how.failures, how.longest});
    };
    add("database", db_.workers());
    add("status", reader_.workers());
    if (auto const interval = ops::watchdog_interval()) now.stuck_after = *interval;
    now.started_at = started_at_;
    now.configured_at = configured_at_;
    now.reload_refused = reload_refused_;
    now.waiting = start_.waits();
    now.waits_because = start_.because();
    now.log_lines_lost = ops::lost_log_lines();
    now.version = VOBIZ_VERSION;
    return now;
  }

  asio::io_context context_{1};
  std::filesystem::path file_;
  sink::database db_;
  ops::status_reader reader_;
  asio::signal_set signals_;
  asio::steady_timer tick_timer_;
  asio::steady_timer stop_timer_;
  start_up start_;
  activities activities_;
  std::unique_ptr<service_generation> generation_;
  std::unique_ptr<service_generation> next_;
  std::optional<web::server> http_;
  core::utc_time const started_at_ = std::chrono::system_clock::now();
  core::utc_time configured_at_{};
  std::string status_line_;
  bool reload_refused_ = false;
  bool was_ready_ = false;
  bool schema_changed_ = false;  // and the generation is ending for it
  bool stopping_ = false;
  exit_code outcome_ = exit_code::ok;
};

}  // namespace

exit_code run(std::filesystem::path const& file, config::settings const& settings) {
  return service(file, settings).serve();
}

}  // namespace vobiz::app
