#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>

namespace vobiz::async {

// Both return at that time, or at once if it has passed. They throw boost::system::system_error
// (operation_aborted) if the coroutine is cancelled meanwhile.
boost::asio::awaitable<void> sleep_until(std::chrono::steady_clock::time_point when);
boost::asio::awaitable<void> sleep_for(std::chrono::steady_clock::duration how_long);

}  // namespace vobiz::async
