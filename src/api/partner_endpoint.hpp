#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "address_book.hpp"
#include "connection_pool.hpp"
#include "endpoint.hpp"
#include "session.hpp"
#include "vobiz/config/settings.hpp"

namespace vobiz::api {

// All that depends on one partner's configuration. Requests under way when it is replaced keep
// theirs.
struct partner_endpoint {
  // Throws core::failure (bad_config).
  partner_endpoint(boost::asio::any_io_executor executor, config::partner const& of,
                   options const& how);

  // Sends over a connection that is there, or over a new one. When the server has closed the old
  // one meanwhile the request is sent again at once, over a new one; `sent` is told each time it
  // goes out.
  // The body of an answer has at most `largest` bytes.
  boost::asio::awaitable<attempt_result<wire_answer>> exchange(wire_request const& request,
                                                               std::uint64_t largest,
                                                               std::function<void()> const& sent);

  // What no message may show, the token of a present request among it.
  std::vector<std::string_view> secrets(std::string const& bearer) const;

  config::partner partner;
  options how;
  endpoint where;
  std::optional<tunnel> by;  // the proxy, where there is one
  std::shared_ptr<boost::asio::ssl::context> tls;
  address_book addresses;
  connection_pool pool;
  session log_ins;
};

}  // namespace vobiz::api
