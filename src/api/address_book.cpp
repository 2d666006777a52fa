#include "address_book.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "vobiz/async/cancelled.hpp"
#include "vobiz/async/error_code_text.hpp"
#include "vobiz/core/input_bounds.hpp"

namespace vobiz::api {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;

namespace {

struct look_up {
  explicit look_up(asio::any_io_executor const& executor)
      : resolver(executor), over(executor, asio::steady_timer::time_point::max()) {}
  tcp::resolver resolver;
  asio::steady_timer over;  // never expires; cancelled when the look-up has ended
  bool ended = false;
  boost::system::error_code error;
  address_book::addresses found;
};

}  // namespace

asio::awaitable<attempt_result<address_book::addresses>> address_book::find(endpoint const& where) {
  if (!known_.empty() && now_() < good_until_) co_return known_;

  auto const shared = std::make_shared<look_up>(co_await asio::this_coro::executor);
  shared->resolver.async_resolve(
      where.host, where.port, tcp::resolver::numeric_service,
      [shared](boost::system::error_code error, tcp::resolver::results_type const& results) {
        shared->ended = true;
        shared->error = error;
        for (auto const& entry : results) {
          if (shared->found.size() < core::bounds::addresses) {
            shared->found.push_back(entry.endpoint());
          }
        }
        shared->over.cancel();
      });
  while (!shared->ended) {
    co_await shared->over.async_wait(asio::as_tuple(asio::use_awaitable));
    co_await async::throw_if_cancelled();
  }

  if (shared->error || shared->found.empty()) {
    // Old addresses may still be right; if they are not, connecting fails.
    if (!known_.empty()) co_return known_;
    attempt_failure failed;
    failed.what =
        fmt::format("cannot resolve \"{}\": {}", where.host, async::error_code_text(shared->error));
    co_return failed;
  }
  remember(std::move(shared->found));
  co_return known_;
}

void address_book::remember(addresses found) {
  known_ = std::move(found);
  good_until_ = now_() + lifetime_;
}

void address_book::worked(tcp::endpoint const& address) {
  auto const place = std::find(known_.begin(), known_.end(), address);
  if (place != known_.end()) std::rotate(known_.begin(), place, place + 1);
}

}  // namespace vobiz::api
