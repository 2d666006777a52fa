#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <vector>

#include "attempt_failure.hpp"
#include "endpoint.hpp"

namespace vobiz::api {

// The addresses of one host, kept for some minutes: a name service that is slow or away must not
// stop what works. Those that worked last come first.
class address_book {
public:
  using addresses = std::vector<boost::asio::ip::tcp::endpoint>;

  explicit address_book(options const& how) : lifetime_(how.addresses), now_(how.now) {}

  // Cancellation ends the wait at once, but not the resolution itself: getaddrinfo cannot be
  // interrupted, so it ends later and its result is dropped.
  boost::asio::awaitable<attempt_result<addresses>> find(endpoint const& where);

  void remember(addresses found);
  void worked(boost::asio::ip::tcp::endpoint const& address);

  // None of them worked: the host is resolved again next time.
  void doubt() { good_until_ = {}; }

private:
  std::chrono::seconds lifetime_;
  std::function<std::chrono::steady_clock::time_point()> now_;
  addresses known_;
  std::chrono::steady_clock::time_point good_until_{};
};

}  // namespace vobiz::api
