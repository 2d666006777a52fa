#pragma once

#include <algorithm>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <string>
#include <vector>

namespace vobiz::async {

// Runs `work(item)` for items in their order, `lanes` of them at a time, on the executor's one
// thread. What one throws is thrown once those under way have ended; no other is begun then, nor
// when `goes_on(n)` says no for item n. Returns how many were begun.
template <class Item, class GoesOn, class Work>
boost::asio::awaitable<std::size_t> side_by_side(std::vector<Item> const& items, std::size_t lanes,
                                                 GoesOn const& goes_on, Work& work) {
  namespace asio = boost::asio;
  std::size_t next = 0;
  std::exception_ptr failed;
  auto const lane = [&]() -> asio::awaitable<void> {
    while (!failed && next < items.size() && goes_on(next)) {
      auto const& item = items[next++];
      std::exception_ptr mine;
      try {
        co_await work(item);
      } catch (...) {
        mine = std::current_exception();
      }
      if (mine && !failed) failed = mine;
    }
  };
  lanes = std::min(lanes, items.size());
  if (lanes <= 1) {
    auto only = lane();
    co_await std::move(only);
  } else {
    auto const executor = co_await asio::this_coro::executor;
    auto const start = [&] { return asio::co_spawn(executor, lane(), asio::deferred); };
    std::vector<decltype(start())> operations;
    for (std::size_t n = 0; n < lanes; ++n) operations.push_back(start());
    auto group = asio::experimental::make_parallel_group(std::move(operations));
    asio::experimental::wait_for_all const all;
    co_await group.async_wait(all, asio::use_awaitable);
  }
  if (failed) std::rethrow_exception(failed);
  co_return next;
}

}  // namespace vobiz::async
