#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <optional>
#include <string>

#include "attempt_failure.hpp"
#include "endpoint.hpp"
#include "vobiz/config/settings.hpp"

// The way through an HTTP proxy: CONNECT (RFC 9110 §9.3.6), then bytes as if there were none. The
// proxy sees the host's name and nothing of what is said to it.
namespace vobiz::api {

struct tunnel {
  endpoint proxy;
  std::string authorization;  // "Basic …", or empty: a secret
};

// Throws core::failure (bad_config) for a URL or credentials that cannot be used.
std::optional<tunnel> tunnel_of(config::partner const& of);

// What a proxy's answer to CONNECT means; nothing when the way is free.
std::optional<attempt_failure> refusal_of(tunnel const& by, endpoint const& to, int status);

// Asks the proxy at the other end of the socket for the way. Nothing when it is free.
boost::asio::awaitable<std::optional<attempt_failure>> open_tunnel(
    boost::asio::ip::tcp::socket& socket, tunnel const& by, endpoint const& to);

}  // namespace vobiz::api
