#include "vobiz/schedule/runner.hpp"

#include <spdlog/spdlog.h>

#include <string>
#include <utility>
#include <vector>

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

// A cycle, an upkeep or what else writes for the stream.
template <class Work>
asio::awaitable<bool> in_turn(sync::cycle_setting& setting, lease_keeper& leases, Work& work) {
  sink::lease_key const key{setting.partner, setting.stream.name};
  auto turn = co_await leases.wait_for(key);
  setting.lease = &turn.lease();
  try {
    co_await work();
  } catch (core::failure const& failure) {
    if (!core::ends_turn(failure)) throw;
    turn.lost(failure);
    co_return false;
  }
  co_return true;
}

// Runs one poll. False when the turn is lost: there is nothing to try again.
asio::awaitable<bool> poll(sync::cycle_setting& setting, surroundings const& around,
                           std::function<void(core::failure const&)> const& failed,
                           sync::schedule_after const& next) {
  auto work = [&]() -> asio::awaitable<void> {
    setting.single_attempts = around.watch.is_down();
    auto const result = co_await sync::run_cycle(setting, next);
    around.watch.ended(setting.stream, result);
  };
  try {
    co_return co_await in_turn(setting, around.leases, work);
  } catch (core::failure const& failure) {
    failed(failure);
    around.leases.look_again();
  }
  co_return true;
}

// Waits until the stream is ours.
asio::awaitable<void> stand_by(lease_keeper& leases, sync::cycle_setting const& setting) {
  sink::lease_key const key{setting.partner, setting.stream.name};
  auto const turn = co_await leases.wait_for(key);
}

}  // namespace

asio::awaitable<void> run_backfill(sync::cycle_setting setting, surroundings around,
                                   int side_by_side) {
  constexpr std::chrono::seconds idle_pause(10);
  constexpr std::chrono::seconds failed_pause(60);
  auto& leases = around.leases;
  window_observer const ignore = [](sync::backfill_result const&) {};
  for (;;) {
    // A stand-by does not read the queue, and an API that is away is asked by the watch alone.
    co_await stand_by(leases, setting);
    co_await around.watch.wait_until_good(setting.stream);
    auto pause = idle_pause;
    try {
      bool const answered = co_await drain_backfill_queue(setting, leases, side_by_side, ignore);
      if (!answered) pause = failed_pause;
    } catch (core::failure const& failure) {
      if (core::ends_turn(failure)) {
        leases.look_again();
        continue;
      }
      pause = failed_pause;
      log_failure(setting, spdlog::level::warn,
                  fmt::format("backfill: {}: next try in {} s", failure.what(), pause.count()),
                  failure.hint());
      leases.look_again();
    }
    co_await async::sleep_for(pause);
  }
}

asio::awaitable<void> run_upkeep(sync::cycle_setting setting, surroundings around) {
  setting.part = sync::cycle_part::upkeep;
  setting.command = "upkeep";
  int failures = 0;
  auto work = [&]() -> asio::awaitable<void> {
    auto const result = co_await sync::run_upkeep(setting);
    failures = result.problem && !result.report.went_through ? failures + 1 : 0;
  };
  for (;;) {
    co_await stand_by(around.leases, setting);
    co_await around.watch.wait_until_good(setting.stream);
    try {
      if (!co_await in_turn(setting, around.leases, work)) continue;
    } catch (core::failure const& failure) {
      ++failures;
      log_failure(setting, spdlog::level::warn, fmt::format("upkeep: {}", failure.what()),
                  failure.hint());
      around.leases.look_again();
    }
    co_await async::sleep_for(upkeep_pause(setting.settings, failures, around.random()));
  }
}

asio::awaitable<void> run_stream(sync::cycle_setting setting, surroundings around) {
  setting.part = sync::cycle_part::polls;
  past last;
  past before;
  std::chrono::nanoseconds wait{};
  std::vector<std::string> due_now;  // other streams, because of this poll
  auto const in_seconds = [&] { return std::chrono::ceil<std::chrono::seconds>(wait); };
  // The wait is computed once, from one reading of the clock, which may be set at any moment.
  auto const plan = [&](sink::run_outcome outcome, core::utc_time started, bool by_database,
                        bool went_through, bool busy) {
    using sink::run_outcome;
    bool const good = outcome == run_outcome::ok || outcome == run_outcome::mismatch ||
                      outcome == run_outcome::unavailable || went_through;
    last = {.started = started,
            .failures = good ? 0 : before.failures + 1,
            .unauthorized = outcome == run_outcome::unauthorized,
            .by_database = by_database,
            .unavailable = outcome == run_outcome::unavailable,
            .busy = busy};
    auto const now = std::chrono::system_clock::now();
    wait = next_due(setting.settings, last, now, around.random()) - now;
  };
  sync::schedule_after const next = [&](sink::run_report const& report) {
    bool const busy = setting.stream.form == streams::shape::day_windows &&
                      report.rows.inserted + report.rows.updated > 0;
    plan(report.outcome, report.started, false, report.went_through, busy);
    if (report.again_within) wait = std::min<std::chrono::nanoseconds>(wait, *report.again_within);
    bool const well = last.failures == 0 && !last.unavailable && !last.unauthorized;
    // First what this poll has changed: the pause before the next one depends on it.
    due_now = around.pace.ended(setting.stream, report, std::chrono::steady_clock::now());
    auto const within = around.pace.within(setting.stream);
    if (well && within) wait = std::min<std::chrono::nanoseconds>(wait, *within);
    return std::optional(in_seconds());
  };
  std::function<void(core::failure const&)> const failed = [&](core::failure const& failure) {
    // The database, or this program: the report may not have been written, so the schedule is made
    // here.
    plan(sink::run_outcome::failed, std::chrono::system_clock::now(), true, false, false);
    log_failure(setting, spdlog::level::err,
                fmt::format("{}: next try in {} s", failure.what(), in_seconds().count()),
                failure.hint());
  };
  for (;;) {
    before = last;
    bool const kept_turn = co_await poll(setting, around, failed, next);
    // After the commit: they read what this poll has stored. Also after a failure, since the pace
    // waits for those that it has named.
    for (auto const& name : std::exchange(due_now, {})) around.watch.run_soon(name);
    if (!kept_turn) {
      // The next holder goes on from the state in the database; so do we when the lease returns.
      around.watch.forget(setting.stream);
      last = {};
      continue;
    }
    if (wait.count() > 0) co_await around.watch.wait(setting.stream, wait);
  }
}

}  // namespace vobiz::schedule
