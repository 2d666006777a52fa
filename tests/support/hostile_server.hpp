#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "support/certificates.hpp"

namespace vobiz::support {

class hostile_server;

// A connection as a script sees it: blocking. After the client has closed, reads return nothing and
// sends have no effect.
class conversation {
public:
  // Head and body of the next request; nullopt if the client has closed.
  std::optional<std::string> read_request();

  // Returns false if the client has closed.
  bool send(std::string_view bytes);

  // Waits until the client closes, as a stalled server.
  void wait_for_close();

  // Waits until a client in this process has read everything from its socket.
  void wait_until_read();

  // Returns true if the client closes in time.
  bool closed_within(std::chrono::milliseconds time);

  void reset();  // sends RST instead of FIN
  void cut();    // closes TCP without a TLS close

private:
  friend class hostile_server;
  using tcp = boost::asio::ip::tcp;

  conversation(hostile_server& server, tcp::socket socket);
  bool shake_hands();
  void finish();
  std::size_t read_some(char* into, std::size_t size);

  hostile_server& server_;
  bool encrypted_;
  boost::asio::ssl::stream<tcp::socket> stream_;
  std::string pending_;
};

using script = std::function<void(conversation&)>;

// An HTTP server on 127.0.0.1. Each connection runs its script in its own thread; the last script
// also serves all later connections.
class hostile_server {
public:
  explicit hostile_server(std::vector<script> scripts, std::optional<identity> who = std::nullopt);
  ~hostile_server();
  hostile_server(hostile_server const&) = delete;
  hostile_server& operator=(hostile_server const&) = delete;

  std::uint16_t port() const { return port_; }
  std::string url(
      std::string const& path = "") const;    // "http://127.0.0.1:1234" or "https://localhost:…"
  std::vector<std::string> requests() const;  // in the order in which they were read
  std::size_t connections() const;            // number of accepted connections

private:
  friend class conversation;

  void accept_all();
  void serve(boost::asio::ip::tcp::socket socket, std::size_t number);
  void forget(int handle);

  std::vector<script> scripts_;
  bool encrypted_;
  boost::asio::io_context io_;
  boost::asio::ssl::context tls_;
  boost::asio::ip::tcp::acceptor acceptor_;
  std::uint16_t port_;

  mutable std::mutex lock_;
  bool stopping_ = false;
  std::size_t accepted_ = 0;
  std::vector<std::string> requests_;
  std::vector<int> open_;
  std::vector<std::thread> threads_;
  std::thread accepting_;
};

// An HTTP response with Content-Length; `headers` are lines without line ends.
std::string http_answer(int status, std::string_view body,
                        std::vector<std::string> const& headers = {});

// Reads requests and sends these responses in turn, over any number of connections; repeats the
// last.
script answering(std::vector<std::string> answers);

// Reads one request, sends the bytes and closes. A complete response needs "Connection: close",
// else the client may try the connection once more.
script once(std::string bytes);

}  // namespace vobiz::support
