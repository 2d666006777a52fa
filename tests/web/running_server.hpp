#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <stdexcept>
#include <thread>

#include "vobiz/web/server.hpp"

namespace vobiz::web {

namespace asio = boost::asio;
using asio::ip::tcp;

inline config::http on_a_free_port() {
  config::http where;
  where.port = 0;
  return where;
}

inline asio::awaitable<response> echo(std::string path) {
  if (path == "/broken") throw std::runtime_error("example of a defect");
  response result;
  result.status = path == "/missing" ? 404 : 200;
  result.body = "you asked for " + path + "\n";
  co_return result;
}

// A server that runs on its own thread.
class running {
public:
  explicit running(limits bounds = {}, std::string const& token = {})
      : served_(io_.get_executor(), on_a_free_port(), echo, bounds) {
    served_.use_token(core::secret(token));
    served_.start();
    auto const url = served_.url();
    port_ = url.substr(url.rfind(':') + 1);
    thread_ = std::thread([this] { io_.run(); });
  }
  ~running() {
    asio::post(io_, [this] { served_.stop(); });
    thread_.join();
  }

  std::string const& port() const { return port_; }

private:
  asio::io_context io_;
  server served_;
  std::string port_;
  std::thread thread_;
};

class client {
public:
  explicit client(running const& to) : socket_(io_) {
    tcp::resolver resolver(io_);
    asio::connect(socket_, resolver.resolve("127.0.0.1", to.port()));
  }

  void send(std::string const& bytes) {
    boost::system::error_code ignored;
    asio::write(socket_, asio::buffer(bytes), ignored);
  }

  // Sends nothing more.
  void finish() {
    boost::system::error_code ignored;
    socket_.shutdown(tcp::socket::shutdown_send, ignored);
  }

  // Reads until the server closes, or until the text has this ending.
  std::string read(std::string const& end = {}) {
    std::string all;
    std::array<char, 4096> part;
    boost::system::error_code error;
    while (!error && (end.empty() || !all.ends_with(end))) {
      auto const size = socket_.read_some(asio::buffer(part), error);
      all.append(part.data(), size);
    }
    return all;
  }

private:
  asio::io_context io_;
  tcp::socket socket_;
};

inline std::string ask(running const& of, std::string const& bytes) {
  client one(of);
  one.send(bytes);
  return one.read();
}

inline std::string get(running const& of, std::string const& path, std::string const& more = {}) {
  return ask(of, "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + more + "\r\n");
}

}  // namespace vobiz::web
