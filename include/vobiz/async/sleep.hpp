#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>

namespace vobiz::async {

// Both return when the time has come; at once when it has passed. They throw
// boost::system::system_error (operation_aborted) when the coroutine is cancelled meanwhile.
boost::asio::awaitable<void> sleep_until(std::chrono::steady_clock::time_point when);
boost::asio::awaitable<void> sleep_for(std::chrono::steady_clock::duration how_long);

}  // namespace vobiz::async
