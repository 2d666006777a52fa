#include "simulator/server/server.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <stdexcept>

namespace vobiz::simulator {

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using tls_stream = asio::ssl::stream<tcp::socket>;

tcp::socket& socket_of(tcp::socket& stream) { return stream; }
tcp::socket& socket_of(tls_stream& stream) { return stream.next_layer(); }

// The part of a request that the simulator looks at.
bool understand(http::request<http::string_body>& from, request& out) {
  auto const text = [&from](auto name) {
    auto const value = from[name];
    return std::string(value.data(), value.size());
  };
  out.method = std::string(from.method_string().data(), from.method_string().size());
  out.auth_id = text("X-Auth-ID");
  out.auth_token = text("X-Auth-Token");
  out.authorization = text(http::field::authorization);
  out.accepts_gzip = text(http::field::accept_encoding).find("gzip") != std::string::npos;
  out.body = std::move(from.body());
  return out.set_target({from.target().data(), from.target().size()});
}

void reset(tcp::socket& socket) {
  boost::system::error_code ignored;
  socket.set_option(tcp::socket::linger(true, 0), ignored);
  socket.close(ignored);
}

// Waits until the client goes away; what it still says is not read as a request.
template <class Stream>
asio::awaitable<void> hold(Stream& stream) {
  boost::system::error_code error;
  auto token = asio::redirect_error(asio::use_awaitable, error);
  std::array<char, 512> bin;
  auto const buffer = asio::buffer(bin);
  while (!error) co_await stream.async_read_some(buffer, token);
}

// Plays an answer; whether the connection may go on.
template <class Stream>
asio::awaitable<bool> play(Stream& stream, script const& what) {
  boost::system::error_code error;
  auto token = asio::redirect_error(asio::use_awaitable, error);
  for (auto const& step : what.steps) {
    if (step.before.count() > 0) {
      asio::steady_timer timer(stream.get_executor(), step.before);
      co_await timer.async_wait(token);
    }
    auto const buffer = asio::buffer(step.bytes);
    co_await asio::async_write(stream, buffer, token);
    if (error) co_return false;
  }
  if (what.end == ending::hold) co_await hold(stream);
  if (what.end == ending::reset) reset(socket_of(stream));
  co_return what.end == ending::keep;
}

template <class Stream>
asio::awaitable<void> serve(Stream& stream, simulator& behind) {
  boost::system::error_code error;
  auto token = asio::redirect_error(asio::use_awaitable, error);
  boost::beast::flat_buffer buffer;
  for (;;) {
    http::request_parser<http::string_body> parser;
    parser.body_limit(16u << 20);  // control operations plant many rows at once
    co_await http::async_read(stream, buffer, parser, token);
    if (error) co_return;
    bool const keep_alive = parser.get().keep_alive();
    request what;
    behind.began();
    script answer_script;
    if (understand(parser.get(), what)) {
      answer_script = behind.respond(what, keep_alive);
    } else {
      answer bad;
      bad.status = 400;
      answer_script = plain_script(bad, false);
    }
    bool const go_on = co_await play(stream, answer_script);
    behind.ended();
    if (!go_on) co_return;
  }
}

asio::awaitable<void> serve_plain(tcp::socket socket, simulator& behind) {
  co_await serve(socket, behind);
  boost::system::error_code ignored;
  socket.shutdown(tcp::socket::shutdown_both, ignored);
}

asio::awaitable<void> serve_tls(tcp::socket socket, asio::ssl::context& tls, simulator& behind) {
  tls_stream stream(std::move(socket), tls);
  boost::system::error_code error;
  auto token = asio::redirect_error(asio::use_awaitable, error);
  co_await stream.async_handshake(tls_stream::server, token);
  if (error) co_return;
  co_await serve(stream, behind);
  co_await stream.async_shutdown(token);
}

asio::awaitable<void> accept(tcp::acceptor& acceptor, asio::ssl::context* tls, simulator& behind,
                             asio::io_context& context) {
  for (;;) {
    boost::system::error_code error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    asio::any_io_executor const strand = asio::make_strand(context);
    auto socket = co_await acceptor.async_accept(strand, token);
    if (error == asio::error::operation_aborted) co_return;
    if (error) {
      // Out of descriptors: the next try would fail at once too, so give clients time to go.
      asio::steady_timer timer(context, std::chrono::milliseconds(100));
      co_await timer.async_wait(token);
      continue;
    }
    boost::system::error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    if (tls) {
      asio::co_spawn(strand, serve_tls(std::move(socket), *tls, behind), asio::detached);
    } else {
      asio::co_spawn(strand, serve_plain(std::move(socket), behind), asio::detached);
    }
  }
}

std::string text_of(boost::system::error_code const& error) {
  return error.message() + " [" + error.category().name() + ':' + std::to_string(error.value()) +
         ']';
}

[[noreturn]] void fail(std::string const& what, boost::system::error_code const& error) {
  throw std::runtime_error(what + ": " + text_of(error));
}

}  // namespace

server::server(asio::io_context& context, options const& chosen)
    : context_(context), acceptor_(asio::make_strand(context)) {
  boost::system::error_code error;
  if (!chosen.tls_certificate.empty()) {
    tls_.emplace(asio::ssl::context::tls_server);
    tls_->use_certificate_chain_file(chosen.tls_certificate, error);
    if (error) fail("cannot use certificate \"" + chosen.tls_certificate + '"', error);
    tls_->use_private_key_file(chosen.tls_key, asio::ssl::context::pem, error);
    if (error) fail("cannot use key \"" + chosen.tls_key + '"', error);
  }
  auto const listen = chosen.address + ':' + std::to_string(chosen.port);
  auto const address = asio::ip::make_address(chosen.address, error);
  if (error) fail("cannot listen on \"" + listen + '"', error);
  tcp::endpoint const endpoint(address, chosen.port);
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
  if (error) fail("cannot listen on \"" + listen + '"', error);
  port_ = acceptor_.local_endpoint().port();
}

void server::start(simulator& behind) {
  asio::co_spawn(acceptor_.get_executor(),
                 accept(acceptor_, tls_ ? &*tls_ : nullptr, behind, context_), asio::detached);
}

}  // namespace vobiz::simulator
