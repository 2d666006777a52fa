#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>

#include "vobiz/config/settings.hpp"

namespace vobiz::web {

class allowed_hosts;

struct response {
  int status = 200;
  std::string type = "text/plain; charset=utf-8";
  std::string body;
  // The Content-Security-Policy. By default a page may load nothing.
  std::string policy = "default-src 'none'; frame-ancestors 'none'";
};

// Responds to a path, of a GET, HEAD or OPTIONS request; the last gets only its status.
using handler = std::function<boost::asio::awaitable<response>(std::string path)>;

struct limits {
  // A browser opens six connections, Prometheus one: enough for several users, with little memory.
  // A further connection closes the one that has been of no use for longest.
  std::size_t connections = 64;
  std::size_t header_bytes = 8192;
  std::chrono::steady_clock::duration header = std::chrono::seconds(10);  // for a request
  std::chrono::steady_clock::duration idle = std::chrono::seconds(75);    // between requests
  std::chrono::steady_clock::duration write = std::chrono::seconds(30);   // for a response
};

// A small HTTP/1.1 server for operators, probes and scrapers. It rejects other requests with one
// line of text: 400, 401, 405, 408, 413, 421, 431, 503. The executor must be a single thread.
class server {
public:
  // Binds and listens. Throws core::failure if the address is unavailable.
  server(boost::asio::any_io_executor executor, config::http const& where, handler answers,
         limits bounds = {});
  ~server();
  server(server const&) = delete;
  server& operator=(server const&) = delete;

  void start();

  // Closes the listener and every connection.
  void stop();

  // Takes the token and the hosts of a new configuration; the address stays.
  void use(config::http const& changed);

  // The URL of the listener: "http://127.0.0.1:9464".
  std::string url() const;

private:
  struct connection;
  std::size_t open_connections() const;
  bool make_room();
  boost::asio::awaitable<void> accept();
  boost::asio::awaitable<void> serve(std::shared_ptr<connection> client);
  boost::asio::awaitable<bool> serve_one(connection& client);
  boost::asio::awaitable<response> respond(std::string path);
  bool is_allowed(std::string_view authorization) const;
  std::optional<response> wrong_host(std::size_t fields, std::string_view host,
                                     std::string_view target, bool may_lack) const;

  boost::asio::any_io_executor executor_;
  handler answers_;
  limits bounds_;
  core::secret token_;
  std::unique_ptr<allowed_hosts> hosts_;
  boost::asio::ip::tcp::acceptor acceptor_;
  std::list<std::weak_ptr<connection>> connections_;
};

}  // namespace vobiz::web
