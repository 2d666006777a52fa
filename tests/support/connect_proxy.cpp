#include "support/connect_proxy.hpp"

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/detail/base64.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>

namespace vobiz::support {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;

namespace {

constexpr auto quietly = asio::as_tuple(asio::use_awaitable);

std::string basic(std::string const& credentials) {
  std::string text(beast::detail::base64::encoded_size(credentials.size()), '\0');
  text.resize(beast::detail::base64::encode(text.data(), credentials.data(), credentials.size()));
  return "Basic " + text;
}

}  // namespace

// A client's connection and the one to its target.
struct connect_proxy::line {
  line(connect_proxy& of, tcp::socket from)
      : owner(of), client(std::move(from)), server(client.get_executor()) {}

  static asio::awaitable<void> serve(std::shared_ptr<line> self) {
    beast::flat_buffer buffer;
    http::request<http::empty_body> request;
    auto const [error, size] = co_await http::async_read(self->client, buffer, request, quietly);
    if (error || request.method() != http::verb::connect) co_return;
    std::string const target(request.target());
    self->owner.remember(target);
    auto const status = co_await self->open(request, target);
    if (status != http::status::ok) {
      http::response<http::empty_body> answer(status, 11);
      co_await http::async_write(self->client, answer, quietly);
      co_return;
    }
    auto const yes = asio::buffer(self->owner.yes_);
    auto const [write_error, written] = co_await asio::async_write(self->client, yes, quietly);
    if (write_error) co_return;
    asio::co_spawn(self->client.get_executor(), relay(self, self->client, self->server),
                   asio::detached);
    asio::co_spawn(self->client.get_executor(), relay(self, self->server, self->client),
                   asio::detached);
  }

  asio::awaitable<http::status> open(http::request<http::empty_body> const& request,
                                     std::string const& target) {
    auto const& wanted = owner.credentials_;
    if (!wanted.empty() && request[http::field::proxy_authorization] != basic(wanted)) {
      co_return http::status::proxy_authentication_required;
    }
    tcp::resolver resolver(client.get_executor());
    auto const colon = target.rfind(':');
    auto const host = target.substr(0, colon);
    auto const port = target.substr(colon + 1);
    auto const [not_found, addresses] = co_await resolver.async_resolve(host, port, quietly);
    if (not_found) co_return http::status::bad_gateway;
    auto const [refused, address] = co_await asio::async_connect(server, addresses, quietly);
    co_return refused ? http::status::bad_gateway : http::status::ok;
  }

  static asio::awaitable<void> relay(std::shared_ptr<line> self, tcp::socket& from,
                                     tcp::socket& to) {
    std::array<char, 8192> bytes;
    for (;;) {
      auto const space = asio::buffer(bytes);
      auto const [end, size] = co_await from.async_read_some(space, quietly);
      if (end) break;
      self->owner.remember_bytes(bytes.data(), size);
      auto const got = asio::buffer(bytes.data(), size);
      auto const [gone, written] = co_await asio::async_write(to, got, quietly);
      if (gone) break;
    }
    error_code ignored;
    to.shutdown(tcp::socket::shutdown_send, ignored);
  }

  connect_proxy& owner;
  tcp::socket client;
  tcp::socket server;
};

connect_proxy::connect_proxy(std::string credentials, std::string yes)
    : credentials_(std::move(credentials)),
      yes_(std::move(yes)),
      acceptor_(io_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)) {
  accept();
  thread_ = std::thread([this] { io_.run(); });
}

connect_proxy::~connect_proxy() {
  io_.stop();
  thread_.join();
}

void connect_proxy::accept() {
  acceptor_.async_accept([this](error_code error, tcp::socket socket) {
    if (error) return;
    auto next = std::make_shared<line>(*this, std::move(socket));
    asio::co_spawn(io_, line::serve(std::move(next)), asio::detached);
    accept();
  });
}

void connect_proxy::remember(std::string target) {
  std::lock_guard const guard(lock_);
  targets_.push_back(std::move(target));
}

void connect_proxy::remember_bytes(char const* data, std::size_t size) {
  std::lock_guard const guard(lock_);
  relayed_.append(data, size);
}

std::string connect_proxy::name() const {
  return "127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port());
}

std::string connect_proxy::url() const { return "http://" + name(); }

std::vector<std::string> connect_proxy::targets() const {
  std::lock_guard const guard(lock_);
  return targets_;
}

std::string connect_proxy::relayed() const {
  std::lock_guard const guard(lock_);
  return relayed_;
}

}  // namespace vobiz::support
