#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <exception>
#include <optional>
#include <utility>

#include "vobiz/async/cancelled.hpp"

namespace vobiz::async {

// Returns the work's value, or nullopt after the deadline, when the work is cancelled and has
// ended. Throws operation_aborted when cancelled. `work || timer` would discard errors of the work.
// A cancellation is told once. The work must not await an operation that reads in a loop of its own
// without looking for it, as those of Beast's parsers do.
template <class T>
boost::asio::awaitable<std::optional<T>> with_deadline(boost::asio::awaitable<T> work,
                                                       std::chrono::steady_clock::time_point when) {
  namespace asio = boost::asio;
  auto const executor = co_await asio::this_coro::executor;
  asio::steady_timer timer(executor, when);
  auto group = asio::experimental::make_parallel_group(
      asio::co_spawn(executor, std::move(work), asio::deferred), timer.async_wait(asio::deferred));
  asio::experimental::wait_for_one const first_to_end;
  auto [order, failure, value, expired] =
      co_await group.async_wait(first_to_end, asio::use_awaitable);

  co_await throw_if_cancelled();
  bool const work_ended_first = order[0] == 0;
  if (!failure) {
    // If the work swallowed its cancellation, its value has no meaning.
    if (work_ended_first) co_return std::optional<T>(std::move(value));
    co_return std::nullopt;
  }
  if (work_ended_first) std::rethrow_exception(failure);
  co_return std::nullopt;
}

}  // namespace vobiz::async
