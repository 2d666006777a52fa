#include "vobiz/schedule/runner.hpp"

#include <spdlog/spdlog.h>

#include "vobiz/async/sleep.hpp"
#include "vobiz/core/failure.hpp"
#include "vobiz/core/log.hpp"
#include "vobiz/schedule/drain_backfill_queue.hpp"
#include "vobiz/schedule/due.hpp"

namespace vobiz::schedule {

namespace asio = boost::asio;

namespace {

void log_failure(sync::cycle_setting const& of, spdlog::level::level_enum level,
                 std::string const& what, std::string const& hint) {
  core::log(level, sync::about(of), "stream \"{}\": {}", of.stream.name, what);
  // Logged without a stream: a failing database affects all streams, and equal hints fold into one
  // line.
  if (!hint.empty()) spdlog::log(level, "hint: {}", hint);
}

// Runs one cycle. False when another process has the lease: there is nothing to try again.
asio::awaitable<bool> run_once(sync::cycle_setting& setting, lease_keeper& leases,
                               std::function<void(core::failure const&)> const& failed,
                               sync::schedule_after const& next) {
  sink::lease_key const key{setting.partner, setting.stream.name};
  auto turn = co_await leases.wait_for(key);
  setting.lease = &turn.lease();
  try {
    co_await sync::run_cycle(setting, next);
  } catch (core::failure const& failure) {
    if (failure.kind() == core::failure_kind::lease_held) {
      turn.lost();
      co_return false;
    }
    failed(failure);
    leases.look_again();
  }
  co_return true;
}

// Waits until the stream is ours.
asio::awaitable<void> stand_by(lease_keeper& leases, sink::lease_key const& key) {
  auto const turn = co_await leases.wait_for(key);
}

}  // namespace

asio::awaitable<void> run_backfill(sync::cycle_setting setting, lease_keeper& leases,
                                   int side_by_side) {
  constexpr std::chrono::seconds idle_pause(10);
  constexpr std::chrono::seconds failed_pause(60);
  sink::lease_key const key{setting.partner, setting.stream.name};
  window_observer const ignore = [](sync::backfill_result const&) {};
  for (;;) {
    // A stand-by does not read the queue.
    co_await stand_by(leases, key);
    auto pause = idle_pause;
    try {
      bool const answered = co_await drain_backfill_queue(setting, leases, side_by_side, ignore);
      if (!answered) pause = failed_pause;
    } catch (core::failure const& failure) {
      if (failure.kind() == core::failure_kind::lease_held) continue;
      pause = failed_pause;
      log_failure(setting, spdlog::level::warn,
                  fmt::format("backfill: {}: next try in {} s", failure.what(), pause.count()),
                  failure.hint());
      leases.look_again();
    }
    co_await async::sleep_for(pause);
  }
}

asio::awaitable<void> run_stream(sync::cycle_setting setting, lease_keeper& leases,
                                 std::function<double()> random) {
  past last;
  past before;
  std::chrono::nanoseconds wait{};
  auto const in_seconds = [&] { return std::chrono::ceil<std::chrono::seconds>(wait); };
  // The wait is computed once, from one reading of the clock, which may be set at any moment.
  auto const plan = [&](sink::run_outcome outcome, core::utc_time started, bool by_database,
                        bool went_through) {
    using sink::run_outcome;
    bool const good =
        outcome == run_outcome::ok || outcome == run_outcome::mismatch || went_through;
    last = {started, good ? 0 : before.failures + 1, outcome == run_outcome::unauthorized,
            by_database};
    auto const now = std::chrono::system_clock::now();
    wait = next_due(setting.settings, last, now, random()) - now;
  };
  sync::schedule_after const next = [&](sink::run_report const& report) {
    plan(report.outcome, report.started, false, report.went_through);
    if (report.again_within) wait = std::min<std::chrono::nanoseconds>(wait, *report.again_within);
    return std::optional(in_seconds());
  };
  std::function<void(core::failure const&)> const failed = [&](core::failure const& failure) {
    // The database, or this program: the report may not have been written, so the schedule is made
    // here.
    plan(sink::run_outcome::failed, std::chrono::system_clock::now(), true, false);
    log_failure(setting, spdlog::level::err,
                fmt::format("{}: next try in {} s", failure.what(), in_seconds().count()),
                failure.hint());
  };
  for (;;) {
    before = last;
    if (!co_await run_once(setting, leases, failed, next)) {
      // The next holder goes on from the state in the database; so do we when the lease returns.
      last = {};
      continue;
    }
    if (wait.count() > 0) co_await async::sleep_for(wait);
  }
}

}  // namespace vobiz::schedule
