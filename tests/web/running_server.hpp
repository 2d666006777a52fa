#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include <atomic>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <future>
#include <memory>
#include <stdexcept>
#include <thread>

#include "vobiz/web/server.hpp"

namespace vobiz::web {

namespace asio = boost::asio;
using asio::ip::tcp;

inline config::http on_a_free_port() {
  config::http where;
  where.port = 0;
  where.hosts = {"x"};
  return where;
}

constexpr std::size_t large_body = 16 << 20;

inline asio::awaitable<response> echo(std::string path) {
  if (path == "/broken") throw std::runtime_error("example of a defect");
  response result;
  result.status = path == "/missing" ? 404 : 200;
  result.body = "you asked for " + path + "\n";
  // More than the buffers of a connection hold.
  if (path == "/large") result.body.assign(large_body, 'x');
  co_return result;
}

// A server that runs on its own thread. A request for /slow is answered when the test says so.
class running {
public:
  explicit running(limits bounds = {}, std::string const& token = {},
                   config::http where = on_a_free_port())
      : slow_(io_, asio::steady_timer::time_point::max()),
        served_(
            io_.get_executor(), where, [this](std::string path) { return answer(path); }, bounds) {
    where.auth_token = core::secret(token);
    served_.use(where);
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

  // Takes another configuration while it runs.
  void use(config::http const& changed) {
    std::promise<void> done;
    asio::post(io_, [&] {
      served_.use(changed);
      done.set_value();
    });
    done.get_future().wait();
  }

  void wait_for_slow(int count) {
    while (waiting_ < count) std::this_thread::yield();
  }
  void answer_slow() {
    asio::post(io_, [this] { slow_.cancel(); });
  }

private:
  asio::awaitable<response> answer(std::string path) {
    if (path == "/slow") {
      ++waiting_;
      boost::system::error_code ignored;
      co_await slow_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
    co_return co_await echo(path);
  }

  asio::io_context io_;
  asio::steady_timer slow_;
  std::atomic<int> waiting_ = 0;
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

  // Waits until the server has closed, without reading anything.
  void wait_for_close() {
    pollfd watched{socket_.native_handle(), POLLRDHUP, 0};
    ::poll(&watched, 1, -1);
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
