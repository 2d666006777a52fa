#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace vobiz::support {

// An HTTP proxy on 127.0.0.1 that opens tunnels (CONNECT) to any address and records them.
class connect_proxy {
public:
  // If `credentials` ("user:password") are given, it requires them with the Basic scheme. `yes` is
  // its answer when the tunnel is open.
  explicit connect_proxy(std::string credentials = {}, std::string yes = "HTTP/1.1 200 OK\r\n\r\n");
  ~connect_proxy();
  connect_proxy(connect_proxy const&) = delete;
  connect_proxy& operator=(connect_proxy const&) = delete;

  std::string url() const;
  std::string name() const;  // "127.0.0.1:1234"

  std::vector<std::string> targets() const;  // the requested addresses, in order
  std::string relayed() const;               // all bytes of its tunnels

private:
  using tcp = boost::asio::ip::tcp;
  struct line;

  void accept();
  void remember(std::string target);
  void remember_bytes(char const* data, std::size_t size);

  std::string credentials_;
  std::string yes_;
  boost::asio::io_context io_;
  tcp::acceptor acceptor_;
  mutable std::mutex lock_;
  std::vector<std::string> targets_;
  std::string relayed_;
  std::thread thread_;
};

}  // namespace vobiz::support
