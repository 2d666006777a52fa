#include "connection.hpp"

#include <spdlog/fmt/fmt.h>
#include <sys/socket.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/write.hpp>

#include "seconds.hpp"
#include "tls.hpp"
#include "vobiz/async/deadline.hpp"
#include "vobiz/async/error_code_text.hpp"

namespace vobiz::api {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using tcp = asio::ip::tcp;
using boost::system::error_code;
using std::chrono::milliseconds;

namespace {

// What an attempt to read an answer has come to.
attempt_failure unread(error_code const& error, std::uint64_t largest, bool answering) {
  attempt_failure failed;
  if (error == http::error::body_limit) {
    failed.what = fmt::format("answer larger than {} bytes", largest);
    failed.too_large = true;
    failed.transient = false;
  } else {
    failed.what = fmt::format("{}: {}", answering ? "answer cut short" : "no answer",
                              async::error_code_text(error));
  }
  return failed;
}

}  // namespace

connection::connection(asio::any_io_executor const& executor,
                       std::shared_ptr<asio::ssl::context> tls, endpoint const& where)
    : tls_(std::move(tls)), encrypted_(where.tls), stream_(executor, *tls_) {
  if (encrypted_) expect_host(stream_.native_handle(), where);
}

asio::awaitable<error_code> connection::connect(tcp::endpoint address) {
  auto& socket = stream_.next_layer();
  error_code ignored;
  socket.close(ignored);
  auto const [error] = co_await socket.async_connect(address, asio::as_tuple(asio::use_awaitable));
  // Requests are one small write each: waiting for more to send only delays them.
  if (!error) socket.set_option(tcp::no_delay(true), ignored);
  co_return error;
}

asio::awaitable<error_code> connection::handshake() {
  auto const [error] = co_await stream_.async_handshake(asio::ssl::stream_base::client,
                                                        asio::as_tuple(asio::use_awaitable));
  co_return error;
}

asio::awaitable<attempt_result<std::unique_ptr<connection>>> connection::open(
    std::shared_ptr<asio::ssl::context> tls, endpoint const& where, std::optional<tunnel> const& by,
    address_book& book, milliseconds limit) {
  auto const executor = co_await asio::this_coro::executor;
  auto const deadline = clock::now() + limit;
  auto const& next = by ? by->proxy : where;
  auto const name = (by ? "proxy \"" : "\"") + next.name() + "\"";
  attempt_failure failed;
  failed.what = fmt::format("no connection to {} within {:g} s", name, in_seconds(limit));

  auto finding = book.find(next);
  auto const found = co_await async::with_deadline(std::move(finding), deadline);
  if (!found) co_return failed;
  if (!*found) co_return found->error();
  auto const& addresses = **found;

  auto result = std::make_unique<connection>(executor, std::move(tls), where);
  bool connected = false;
  for (std::size_t at = 0; at < addresses.size() && !connected; ++at) {
    // An address that swallows packets must leave time for the others.
    auto const now = clock::now();
    auto const share = (deadline - now) / static_cast<clock::rep>(addresses.size() - at);
    auto connecting = result->connect(addresses[at]);
    auto const tried = co_await async::with_deadline(std::move(connecting), now + share);
    if (!tried) continue;
    connected = !*tried;
    if (connected) {
      book.worked(addresses[at]);
    } else {
      failed.what = fmt::format("cannot connect to {}: {}", name, async::error_code_text(*tried));
    }
  }
  if (!connected) {
    book.doubt();
    co_return failed;
  }
  if (by) {
    auto opening = open_tunnel(result->stream_.next_layer(), *by, where);
    auto const opened = co_await async::with_deadline(std::move(opening), deadline);
    if (!opened) {
      failed.what = fmt::format("no answer from {} within {:g} s", name, in_seconds(limit));
      co_return failed;
    }
    if (*opened) co_return **opened;
  }
  if (!where.tls) co_return result;

  auto shaking = result->handshake();
  auto const shaken = co_await async::with_deadline(std::move(shaking), deadline);
  if (!shaken) {
    failed.what =
        fmt::format("no TLS handshake with \"{}\" within {:g} s", where.name(), in_seconds(limit));
    co_return failed;
  }
  if (!*shaken) co_return result;
  auto const why = distrust(result->stream_.native_handle());
  if (why.empty()) {
    failed.what = fmt::format("no TLS handshake with \"{}\": {}", where.name(),
                              async::error_code_text(*shaken));
  } else {
    // A certificate does not change from one second to the next.
    failed.transient = false;
    failed.what = fmt::format("cannot trust the certificate of \"{}\": {}", where.name(), why);
  }
  co_return failed;
}

template <class Stream>
asio::awaitable<attempt_result<wire_answer>> connection::talk_over(Stream& stream,
                                                                   wire_request const& request,
                                                                   std::uint64_t largest) {
  attempt_failure failed;
  auto [write_error, written] =
      co_await http::async_write(stream, request, asio::as_tuple(asio::use_awaitable));
  if (write_error) {
    failed.what = fmt::format("cannot send: {}", async::error_code_text(write_error));
    failed.stale_connection = used_;
    co_return failed;
  }
  answer_reader reader(largest);
  piece_.resize(core::bounds::piece);
  bool more_than_asked = false;
  while (!reader.done() && !reader.error()) {
    // One read at a time: after a cancellation the next await throws, also where bytes are ready.
    auto const [error, size] =
        co_await stream.async_read_some(asio::buffer(piece_), asio::as_tuple(asio::use_awaitable));
    std::string_view const got(piece_.data(), size);
    more_than_asked = reader.put(got) < size;
    answering_ = reader.begun();
    if (error == asio::error::eof) {
      reader.put_end();
    } else if (error && !reader.done() && !reader.error()) {
      failed = unread(error, largest, answering_);
      failed.stale_connection = used_ && !answering_;
      co_return failed;
    }
  }
  if (reader.error()) {
    failed = unread(reader.error(), largest, answering_);
    failed.stale_connection = used_ && !answering_;
    co_return failed;
  }
  used_ = true;
  piece_ = {};
  // Bytes behind the answer belong to nothing that was asked.
  reusable_ = reader.keeps_connection() && !more_than_asked;
  co_return reader.release();
}

asio::awaitable<attempt_result<wire_answer>> connection::talk(wire_request const& request,
                                                              std::uint64_t largest) {
  if (encrypted_) return talk_over(stream_, request, largest);
  return talk_over(stream_.next_layer(), request, largest);
}

asio::awaitable<attempt_result<wire_answer>> connection::exchange(wire_request const& request,
                                                                  milliseconds limit,
                                                                  std::uint64_t largest) {
  reusable_ = false;
  answering_ = false;
  auto talking = talk(request, largest);
  auto reply = co_await async::with_deadline(std::move(talking), clock::now() + limit);
  if (reply) co_return std::move(*reply);
  attempt_failure failed;
  failed.what = fmt::format("{} within {:g} s", answering_ ? "answer not complete" : "no answer",
                            in_seconds(limit));
  co_return failed;
}

bool connection::silent() {
  char byte = 0;
  auto const got = ::recv(stream_.next_layer().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

}  // namespace vobiz::api
