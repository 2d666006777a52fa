#include "vobiz/async/sleep.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace vobiz::async {

boost::asio::awaitable<void> sleep_until(std::chrono::steady_clock::time_point when) {
  boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, when);
  co_await timer.async_wait(boost::asio::use_awaitable);
}

boost::asio::awaitable<void> sleep_for(std::chrono::steady_clock::duration how_long) {
  return sleep_until(std::chrono::steady_clock::now() + how_long);
}

}  // namespace vobiz::async
