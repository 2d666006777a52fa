#include "vobiz/schedule/drain_backfill_queue.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "vobiz/async/cancelled.hpp"
#include "vobiz/core/failure.hpp"
#include "vobiz/sink/stream_store.hpp"

namespace vobiz::schedule {

namespace asio = boost::asio;

namespace {

struct queue_readers {
  queue_readers(asio::any_io_executor const& executor, sync::cycle_setting const& what,
                lease_keeper& by, window_observer const& to)
      : setting(what),
        leases(by),
        on_window(to),
        one_ended(executor, asio::steady_timer::time_point::max()) {}

  sync::cycle_setting const& setting;
  sync::shrink_budget shrinks;
  lease_keeper& leases;
  window_observer const& on_window;
  sync::claimed_days claimed;
  int reading = 0;
  asio::steady_timer one_ended;  // never expires; cancelled to wake who waits
  bool stopped = false;          // by the API or by the database
};

// Wakes the readers that wait for the neighbours of the window that this one has read.
class reading_guard {
public:
  explicit reading_guard(queue_readers& all) : all_(all) { ++all_.reading; }
  ~reading_guard() {
    --all_.reading;
    all_.one_ended.cancel();
  }
  reading_guard(reading_guard const&) = delete;
  reading_guard& operator=(reading_guard const&) = delete;

private:
  queue_readers& all_;
};

asio::awaitable<sync::backfill_result> read_one(queue_readers& all) {
  reading_guard const here(all);
  auto setting = all.setting;
  setting.shrinks = &all.shrinks;
  sink::lease_key const key{setting.partner, setting.stream.name};
  auto turn = co_await all.leases.wait_for(key);
  setting.lease = &turn.lease();
  try {
    co_return co_await sync::run_backfill(setting, all.claimed);
  } catch (core::failure const& failure) {
    if (core::ends_turn(failure)) turn.lost(failure);
    throw;
  }
}

// One window after the other.
asio::awaitable<void> read_on(queue_readers& all) {
  while (!all.stopped) {
    try {
      auto const result = co_await read_one(all);
      all.on_window(result);
      // A window that alone brought no answer has its own pause.
      if (result.cycle.problem && !result.cycle.report.went_through) all.stopped = true;
      if (result.read || all.stopped) continue;
      if (!result.left || all.reading == 0) co_return;
      // The windows left are neighbours of the other readers' windows.
      co_await all.one_ended.async_wait(asio::as_tuple(asio::use_awaitable));
      co_await async::throw_if_cancelled();
    } catch (...) {
      all.stopped = true;
      throw;
    }
  }
}

}  // namespace

asio::awaitable<bool> drain_backfill_queue(sync::cycle_setting setting, lease_keeper& leases,
                                           int side_by_side, window_observer on_window) {
  setting.command = "backfill";
  sink::stream_store store(setting.db, setting.stream, setting.partner, nullptr);
  auto const many = co_await store.count_readable(side_by_side);
  auto const executor = co_await asio::this_coro::executor;
  queue_readers all(executor, setting, leases, on_window);
  auto const start = [&] { return asio::co_spawn(executor, read_on(all), asio::deferred); };
  std::vector<decltype(start())> readers;
  for (std::int64_t n = 0; n < many; ++n) readers.push_back(start());
  if (readers.empty()) co_return true;
  auto group = asio::experimental::make_parallel_group(std::move(readers));
  asio::experimental::wait_for_all const every;
  auto const [order, errors] = co_await group.async_wait(every, asio::use_awaitable);
  for (auto const& error : errors) {
    if (error) std::rethrow_exception(error);
  }
  co_return !all.stopped;
}

}  // namespace vobiz::schedule
