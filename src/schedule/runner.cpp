#include "vobiz/schedule/runner.hpp"

#include "vobiz/async/sleep.hpp"
#include "vobiz/core/failure.hpp"
#include "vobiz/core/log.hpp"
#include "vobiz/schedule/due.hpp"

namespace vobiz::schedule {

namespace asio = boost::asio;

namespace {

// One cycle. False when the lease turned out to be somebody else's: then there is nothing to try
// again.
asio::awaitable<bool> run_once(sync::cycle_setting& setting, lease_keeper& leases,
                               std::function<void(core::failure const&)> const& failed,
                               sync::schedule_after const& next) {
  sink::lease_key const key{setting.partner, setting.stream.name};
  auto turn = co_await leases.wait_for(key);
  setting.lease = &turn.lease();
  try {
    co_await sync::run_cycle(setting, next);
  } catch (core::failure const& failure) {
    if (failure.code() == core::exit_code::lease_held) {
      turn.lost();
      co_return false;
    }
    failed(failure);
  }
  co_return true;
}

}  // namespace

asio::awaitable<void> run_backfill(sync::cycle_setting setting, lease_keeper& leases) {
  constexpr std::chrono::seconds idle_pause(10);
  constexpr std::chrono::seconds failed_pause(60);
  setting.command = "backfill";
  sink::lease_key const key{setting.partner, setting.stream.name};
  for (;;) {
    std::chrono::seconds pause(0);
    {
      auto turn = co_await leases.wait_for(key);
      setting.lease = &turn.lease();
      try {
        auto const result = co_await sync::run_backfill(setting, 1);
        if (result.cycle.problem) {
          pause = failed_pause;
        } else if (result.left == 0) {
          pause = idle_pause;
        }
      } catch (core::failure const& failure) {
        if (failure.code() == core::exit_code::lease_held) {
          turn.lost();
        } else {
          core::log(spdlog::level::warn, sync::about(setting), "stream \"{}\": backfill: {}",
                    setting.stream.name, failure.what());
          pause = failed_pause;
        }
      }
    }
    if (pause.count() > 0) co_await async::sleep_for(pause);
  }
}

asio::awaitable<void> run_stream(sync::cycle_setting setting, lease_keeper& leases,
                                 std::function<double()> random) {
  past last;
  core::utc_time due{};
  sync::schedule_after const next = [&](sink::run_report const& report) {
    using sink::run_outcome;
    bool const good = report.outcome == run_outcome::ok || report.outcome == run_outcome::mismatch;
    last.started = report.started;
    last.failures = good ? 0 : last.failures + 1;
    last.unauthorized = report.outcome == run_outcome::unauthorized;
    auto const now = std::chrono::system_clock::now();
    due = next_due(setting.settings, last, now, random());
    return std::optional(std::chrono::ceil<std::chrono::seconds>(due - now));
  };
  std::function<void(core::failure const&)> const failed = [&](core::failure const& failure) {
    // The database, or this program: the report may not have been written, so the schedule is made
    // here.
    sink::run_report report;
    report.started = std::chrono::system_clock::now();
    report.outcome = sink::run_outcome::failed;
    auto const wait = next(report);
    core::log(spdlog::level::err, sync::about(setting), "stream \"{}\": {}: next try in {} s",
              setting.stream.name, failure.what(), wait->count());
    if (!failure.hint().empty())
      core::log(spdlog::level::err, sync::about(setting), "hint: {}", failure.hint());
  };
  for (;;) {
    if (!co_await run_once(setting, leases, failed, next)) {
      // Whoever has it now goes on from what the database says; so do we when it comes back.
      last = {};
      continue;
    }
    auto const wait = due - std::chrono::system_clock::now();
    if (wait.count() > 0)
      co_await async::sleep_for(std::chrono::duration_cast<std::chrono::nanoseconds>(wait));
  }
}

}  // namespace vobiz::schedule
