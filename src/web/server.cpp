#include "vobiz/web/server.hpp"

#include <spdlog/spdlog.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/system/system_error.hpp>
#include <optional>

#include "authorization.hpp"
#include "request_target.hpp"
#include "vobiz/async/deadline.hpp"
#include "vobiz/async/error_code_text.hpp"
#include "vobiz/async/sleep.hpp"
#include "vobiz/core/failure.hpp"

namespace vobiz::web {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using clock = std::chrono::steady_clock;

namespace {

constexpr auto quiet = asio::as_tuple(asio::use_awaitable);

// How much of a refused request is still read, and for how long. Otherwise the client sees a reset,
// not the response.
constexpr std::size_t most_drained = 256 * 1024;
constexpr std::chrono::seconds longest_drain{2};

constexpr char const* supported_methods = "GET, HEAD, OPTIONS";

response refusal(int status, std::string why) {
  response result;
  result.status = status;
  result.body = std::move(why) + "\n";
  return result;
}

asio::awaitable<error_code> wait_for_bytes(tcp::socket& socket) {
  auto const [error] = co_await socket.async_wait(tcp::socket::wait_read, quiet);
  co_return error;
}

using parser_type = http::request_parser<http::empty_body>;

asio::awaitable<error_code> read_header(tcp::socket& socket, beast::flat_buffer& buffer,
                                        parser_type& parser) {
  auto const [error, size] = co_await http::async_read_header(socket, buffer, parser, quiet);
  co_return error;
}

template <class Message>
asio::awaitable<error_code> write_message(tcp::socket& socket, Message& message) {
  auto const [error, size] = co_await http::async_write(socket, message, quiet);
  co_return error;
}

asio::awaitable<error_code> drain(tcp::socket& socket) {
  std::array<char, 4096> bin;
  auto const into = asio::buffer(bin);
  error_code failed;
  for (std::size_t total = 0; !failed && total < most_drained;) {
    auto const [error, size] = co_await socket.async_read_some(into, quiet);
    failed = error;
    total += size;
  }
  co_return failed;
}

// What a response's head says besides the response.
struct envelope {
  bool without_body = false;  // its length stays that of the body (HEAD)
  bool lists_methods = false;
  bool keeps_open = false;
  bool to_http_1_0 = false;  // such a client believes only a field that the connection stays
};

template <class Body>
void set_head(http::response<Body>& message, response const& what, envelope const& how) {
  message.version(11);
  message.result(static_cast<unsigned>(what.status));
  message.keep_alive(how.keeps_open);
  if (how.keeps_open && how.to_http_1_0) message.set(http::field::connection, "keep-alive");
  message.set(http::field::content_type, what.type);
  message.set(http::field::cache_control, "no-store");
  message.set("Content-Security-Policy", what.policy);
  message.set("X-Content-Type-Options", "nosniff");
  message.set("Referrer-Policy", "no-referrer");
  if (how.lists_methods || what.status == 405) message.set(http::field::allow, supported_methods);
  if (what.status == 401) {
    message.set(http::field::www_authenticate, "Basic realm=\"vobiz-syncd\", charset=\"UTF-8\"");
    message.insert(http::field::www_authenticate, "Bearer realm=\"vobiz-syncd\"");
  }
}

// Returns false if the client did not receive it.
asio::awaitable<bool> send(tcp::socket& socket, response what, envelope how,
                           clock::duration limit) {
  auto const until = clock::now() + limit;
  std::optional<error_code> sent;
  if (how.without_body) {
    http::response<http::empty_body> message;
    set_head(message, what, how);
    message.content_length(what.body.size());
    auto writing = write_message(socket, message);
    sent = co_await async::with_deadline(std::move(writing), until);
  } else {
    http::response<http::string_body> message;
    set_head(message, what, how);
    message.body() = std::move(what.body);
    message.prepare_payload();
    auto writing = write_message(socket, message);
    sent = co_await async::with_deadline(std::move(writing), until);
  }
  co_return sent && !*sent;
}

// The response to a request that could not be read; nullopt if nobody waits for one.
std::optional<response> complaint_about(error_code const& error, std::size_t longest) {
  if (error == http::error::header_limit || error == http::error::buffer_overflow) {
    return refusal(431, fmt::format("the request's head is longer than {} bytes", longest));
  }
  if (error == http::error::end_of_stream || error == http::error::partial_message ||
      error.category() != http::make_error_code(http::error::bad_method).category()) {
    return std::nullopt;
  }
  return refusal(400, "not an HTTP request: " + error.message());
}

response internal_error(std::string const& path, std::string const& why) {
  spdlog::error("http: \"{}\" cannot be answered: {}", path, why);
  return refusal(500, "internal error: see the log");
}

bool has_body(parser_type const& parser) {
  return parser.chunked() || parser.content_length().value_or(0) > 0;
}

}  // namespace

struct server::connection {
  connection(tcp::socket from, std::size_t header_bytes, bool too_many)
      : socket(std::move(from)), buffer(header_bytes), one_too_many(too_many) {}

  tcp::socket socket;
  beast::flat_buffer buffer;
  bool one_too_many;
};

server::server(asio::any_io_executor executor, config::http const& where, handler answers,
               limits bounds)
    : executor_(std::move(executor)),
      answers_(std::move(answers)),
      bounds_(bounds),
      token_(where.auth_token),
      acceptor_(executor_) {
  error_code error;
  auto const address = asio::ip::make_address(where.address, error);
  tcp::endpoint const endpoint(address, where.port);
  if (!error) acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
  if (!error) return;
  auto const name =
      fmt::format(fmt::runtime(address.is_v6() ? "[{}]:{}" : "{}:{}"), where.address, where.port);
  throw core::failure(core::failure_kind::failed, core::remedy::fix,
                      "cannot listen on \"" + name + "\": " + async::error_code_text(error),
                      error == asio::error::address_in_use
                          ? "another program, perhaps another vobiz-syncd, uses the port: set "
                            "another one in http.listen"
                          : "check http.listen");
}

server::~server() = default;

std::string server::url() const {
  auto const at = acceptor_.local_endpoint();
  return fmt::format(fmt::runtime(at.address().is_v6() ? "http://[{}]:{}" : "http://{}:{}"),
                     at.address().to_string(), at.port());
}

void server::start() { asio::co_spawn(executor_, accept(), asio::detached); }

void server::stop() {
  error_code ignored;
  acceptor_.close(ignored);
  for (auto const& weak : connections_) {
    if (auto const open = weak.lock()) open->socket.close(ignored);
  }
}

asio::awaitable<void> server::accept() {
  while (acceptor_.is_open()) {
    auto [error, socket] = co_await acceptor_.async_accept(quiet);
    if (error == asio::error::operation_aborted || !acceptor_.is_open()) co_return;
    if (error) {
      // Out of file descriptors: the next accept would fail at once, too.
      spdlog::warn("http: cannot accept a connection: {}", async::error_code_text(error));
      co_await async::sleep_for(std::chrono::seconds(1));
      continue;
    }
    connections_.remove_if([](auto const& weak) { return weak.expired(); });
    auto const open = connections_.size();
    // Clients that are refused for the limit hold connections as well; this bounds their number.
    if (open >= 2 * bounds_.connections) continue;
    auto const next = std::make_shared<connection>(std::move(socket), bounds_.header_bytes + 1,
                                                   open >= bounds_.connections);
    connections_.push_back(next);
    asio::co_spawn(executor_, serve(next), asio::detached);
  }
}

bool server::is_allowed(std::string_view authorization) const {
  return token_.empty() || carries_token(authorization, token_.reveal());
}

asio::awaitable<void> server::serve(std::shared_ptr<connection> client) {
  while (co_await serve_one(*client)) {
  }
  error_code ignored;
  client->socket.shutdown(tcp::socket::shutdown_send, ignored);
  if (!ignored) {
    auto draining = drain(client->socket);
    co_await async::with_deadline(std::move(draining), clock::now() + longest_drain);
  }
}

// Serves one request. Returns whether another may follow.
asio::awaitable<bool> server::serve_one(connection& client) {
  if (client.buffer.size() == 0) {
    auto waiting = wait_for_bytes(client.socket);
    auto const came =
        co_await async::with_deadline(std::move(waiting), clock::now() + bounds_.idle);
    if (!came || *came) co_return false;
  }
  parser_type parser;
  parser.header_limit(static_cast<std::uint32_t>(bounds_.header_bytes));
  auto reading = read_header(client.socket, client.buffer, parser);
  auto const read =
      co_await async::with_deadline(std::move(reading), clock::now() + bounds_.header);

  std::optional<response> answer;
  envelope how;
  if (!read) {
    answer = refusal(408, "the request did not arrive in time");
  } else if (*read) {
    answer = complaint_about(*read, bounds_.header_bytes);
    if (!answer) co_return false;
  } else {
    auto const& request = parser.get();
    auto const method = request.method();
    how.without_body = method == http::verb::head;
    how.to_http_1_0 = request.version() == 10;
    how.lists_methods = method == http::verb::options;
    auto const given = request[http::field::authorization];
    auto const target = request.target();
    auto const path =
        path_of_target(std::string_view(target.data(), target.size()), how.lists_methods);
    if (client.one_too_many) {
      answer = refusal(503, fmt::format("more than {} connections are open: try again later",
                                        bounds_.connections));
    } else if (method != http::verb::get && !how.without_body && !how.lists_methods) {
      answer = refusal(405, "only GET, HEAD and OPTIONS are supported");
    } else if (has_body(parser)) {
      answer = refusal(413, "a request with a body is not supported");
    } else if (how.keeps_open = request.keep_alive();
               !is_allowed(std::string_view(given.data(), given.size()))) {
      answer = refusal(401,
                       "the token is missing or wrong: send it as \"Authorization: Bearer\", or "
                       "as the password of basic authentication");
    } else if (!path) {
      answer = refusal(400, "the target is neither a path nor an http URL");
    } else {
      auto asking = respond(*path);
      answer = co_await std::move(asking);
      // A load balancer's check asks so, and only the status matters to it.
      if (how.lists_methods && answer->status == 200) answer->body.clear();
    }
  }
  auto sending = send(client.socket, std::move(*answer), how, bounds_.write);
  co_return co_await std::move(sending) && how.keeps_open;
}

asio::awaitable<response> server::respond(std::string path) {
  if (path == "*") co_return response();
  std::string why;
  try {
    auto answering = answers_(path);
    co_return co_await std::move(answering);
  } catch (boost::system::system_error const& error) {
    why = async::error_code_text(error.code());
  } catch (std::exception const& error) {
    why = error.what();
  }
  co_return internal_error(path, why);
}

}  // namespace vobiz::web
