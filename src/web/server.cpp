#include "vobiz/web/server.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/system/system_error.hpp>
#include <optional>
#include <tuple>

#include "allowed_hosts.hpp"
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

std::string_view as_view(beast::string_view text) { return {text.data(), text.size()}; }

bool has_body(parser_type const& parser) {
  return parser.chunked() || parser.content_length().value_or(0) > 0;
}

}  // namespace

struct server::connection {
  // What it is waiting for. The first ones are the first to be closed when there is no room.
  enum class phase { draining, idle, head, writing, answering };

  connection(tcp::socket from, std::size_t header_bytes, bool too_many)
      : socket(std::move(from)), buffer(header_bytes), one_too_many(too_many) {}

  tcp::socket socket;
  beast::flat_buffer buffer;
  bool one_too_many;
  bool takes_nothing = false;  // a response could not be sent
  phase now = phase::idle;
  clock::time_point since = clock::now();

  void enter(phase next) {
    now = next;
    since = clock::now();
  }

  // Also frees what waits in the kernel for a client that reads nothing: the client gets a reset.
  void abort() {
    error_code ignored;
    socket.set_option(asio::socket_base::linger(true, 0), ignored);
    socket.close(ignored);
  }
};

server::server(asio::any_io_executor executor, config::http const& where, handler answers,
               limits bounds)
    : executor_(std::move(executor)),
      answers_(std::move(answers)),
      bounds_(bounds),
      token_(where.auth_token),
      hosts_(std::make_unique<allowed_hosts>(where)),
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

void server::use(config::http const& changed) {
  token_ = changed.auth_token;
  hosts_ = std::make_unique<allowed_hosts>(changed);
}

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
    auto const open = open_connections();
    bool const too_many = open >= bounds_.connections && !make_room();
    // Clients that are refused for the limit hold connections as well; this bounds their number.
    if (too_many && open >= 2 * bounds_.connections) continue;
    auto const next =
        std::make_shared<connection>(std::move(socket), bounds_.header_bytes + 1, too_many);
    connections_.push_back(next);
    asio::co_spawn(executor_, serve(next), asio::detached);
  }
}

std::size_t server::open_connections() const {
  return static_cast<std::size_t>(std::ranges::count_if(connections_, [](auto const& weak) {
    auto const one = weak.lock();
    return one && one->socket.is_open();
  }));
}

// Closes a connection that nobody is working for: clients that open many and send nothing, or read
// nothing, must not keep others out. Returns false if all are being answered.
bool server::make_room() {
  std::shared_ptr<connection> oldest;
  for (auto const& weak : connections_) {
    auto const one = weak.lock();
    if (!one || !one->socket.is_open() || one->now == connection::phase::answering) continue;
    if (!oldest || std::tie(one->now, one->since) < std::tie(oldest->now, oldest->since)) {
      oldest = one;
    }
  }
  if (!oldest) return false;
  oldest->abort();
  return true;
}

// What is wrong with the host that a request names; nothing, if it is one of ours.
std::optional<response> server::wrong_host(std::size_t fields, std::string_view host,
                                           std::string_view target, bool may_lack) const {
  if (fields > 1) return refusal(400, "the request has more than one Host");
  // RFC 9112 §3.2.2: a target with a host is what counts.
  auto const in_target = authority_of_target(target);
  if (!in_target && host.empty()) {
    if (may_lack) return std::nullopt;
    return refusal(400, "the request has no Host");
  }
  if (hosts_->include(in_target ? *in_target : host)) return std::nullopt;
  return refusal(421,
                 "this Host is not served here: use 127.0.0.1 or localhost, or add the name to "
                 "http.hosts");
}

bool server::is_allowed(std::string_view authorization) const {
  return token_.empty() || carries_token(authorization, token_.reveal());
}

asio::awaitable<void> server::serve(std::shared_ptr<connection> client) {
  while (co_await serve_one(*client)) {
  }
  if (client->takes_nothing) {
    client->abort();
    co_return;
  }
  error_code ignored;
  client->enter(connection::phase::draining);
  client->socket.shutdown(tcp::socket::shutdown_send, ignored);
  if (!ignored) {
    auto draining = drain(client->socket);
    co_await async::with_deadline(std::move(draining), clock::now() + longest_drain);
  }
}

// Serves one request. Returns whether another may follow.
asio::awaitable<bool> server::serve_one(connection& client) {
  if (client.buffer.size() == 0) {
    client.enter(connection::phase::idle);
    auto waiting = wait_for_bytes(client.socket);
    auto const came =
        co_await async::with_deadline(std::move(waiting), clock::now() + bounds_.idle);
    if (!came || *came) co_return false;
  }
  client.enter(connection::phase::head);
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
    auto const path = path_of_target(as_view(target), how.lists_methods);
    auto const host = request[http::field::host];
    // Load balancers and probes of HTTP/1.0 send none; a browser always does.
    auto const foreign = wrong_host(request.count(http::field::host), as_view(host),
                                    as_view(target), how.to_http_1_0);
    if (client.one_too_many) {
      answer = refusal(503, fmt::format("more than {} connections are open: try again later",
                                        bounds_.connections));
    } else if (foreign) {
      answer = *foreign;
    } else if (method != http::verb::get && !how.without_body && !how.lists_methods) {
      answer = refusal(405, "only GET, HEAD and OPTIONS are supported");
    } else if (has_body(parser)) {
      answer = refusal(413, "a request with a body is not supported");
    } else if (how.keeps_open = request.keep_alive(); !is_allowed(as_view(given))) {
      answer = refusal(401,
                       "the token is missing or wrong: send it as \"Authorization: Bearer\", or "
                       "as the password of basic authentication");
    } else if (!path) {
      answer = refusal(400, "the target is neither a path nor an http URL");
    } else {
      client.enter(connection::phase::answering);
      auto asking = respond(*path);
      answer = co_await std::move(asking);
      // A load balancer's check asks so, and only the status matters to it.
      if (how.lists_methods && answer->status == 200) answer->body.clear();
    }
  }
  client.enter(connection::phase::writing);
  auto sending = send(client.socket, std::move(*answer), how, bounds_.write);
  client.takes_nothing = !co_await std::move(sending);
  co_return !client.takes_nothing && how.keeps_open;
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
