#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <optional>

#include "simulator/server/options.hpp"
#include "simulator/server/simulator.hpp"

namespace vobiz::simulator {

// Serves a simulator over HTTP/1.1, with TLS when the options name a certificate.
class server {
public:
  // Listens at once. Throws std::runtime_error with one line when it cannot.
  server(boost::asio::io_context& context, options const& chosen);

  // Accepts connections from now on, until the context stops.
  void start(simulator& behind);

  // The port that is listened on.
  std::uint16_t port() const { return port_; }

private:
  boost::asio::io_context& context_;
  boost::asio::ip::tcp::acceptor acceptor_;
  std::optional<boost::asio::ssl::context> tls_;
  std::uint16_t port_ = 0;
};

}  // namespace vobiz::simulator
