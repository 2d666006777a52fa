#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <charconv>
#include <string>

#include "target.hpp"
#include "vobiz/web/server.hpp"

// Input: a flag character, then the client's bytes. Flag 1: the server needs a token. Flag 2: the
// bytes are sent as headers of a complete request, so a response must come.
namespace vobiz::fuzz {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

std::size_t handled = 0;

asio::awaitable<web::response> answer(std::string path) {
  ++handled;
  require(path.find('?') == std::string::npos, "a path has no query", path);
  require(path.starts_with('/'), "a path begins at the root", path);
  web::response result;
  result.body = path;
  co_return result;
}

config::http on_a_free_port() {
  config::http where;
  where.port = 0;
  return where;
}

class rig {
public:
  rig()
      : open_(io_.get_executor(), on_a_free_port(), answer),
        guarded_(io_.get_executor(), on_a_free_port(), answer) {
    spdlog::set_level(spdlog::level::off);
    auto guarded = on_a_free_port();
    guarded.auth_token = core::secret("example-token");
    guarded_.use(guarded);
    open_.start();
    guarded_.start();
  }

  std::string ask(bool guarded, std::string const& bytes) {
    tcp::socket client(io_, tcp::v4());
    client.bind({next_address(), 0});
    // Not connect(): libFuzzer's timer interrupts it, and an interrupted connect cannot be
    // repeated.
    tcp::endpoint const server(asio::ip::address_v4::loopback(),
                               port_of(guarded ? guarded_ : open_));
    bool connected = false;
    client.async_connect(server, [&](auto const&) { connected = true; });
    while (!connected) io_.run_one();
    boost::system::error_code ignored;
    asio::write(client, asio::buffer(bytes), ignored);
    client.shutdown(tcp::socket::shutdown_send, ignored);
    std::string received;
    bool ended = false;
    asio::async_read(client, asio::dynamic_buffer(received),
                     [&](auto const&, auto) { ended = true; });
    while (!ended) io_.run_one();
    client.close(ignored);
    io_.poll();
    return received;
  }

private:
  // A new address each time: the kernel does not reuse a pair of addresses and ports for a minute.
  asio::ip::address_v4 next_address() {
    constexpr asio::ip::address_v4::uint_type first = 0x7f000002;
    constexpr asio::ip::address_v4::uint_type many = 0xff0000;
    return asio::ip::address_v4(first + clients_++ % many);
  }

  static asio::ip::port_type port_of(web::server const& of) {
    auto const url = of.url();
    asio::ip::port_type port = 0;
    std::from_chars(url.data() + url.rfind(':') + 1, url.data() + url.size(), port);
    return port;
  }

  asio::io_context io_;
  web::server open_;
  web::server guarded_;
  asio::ip::address_v4::uint_type clients_ = 0;
};

bool names_basic_or_token(std::string bytes) {
  std::ranges::transform(bytes, bytes.begin(), [](unsigned char c) { return std::tolower(c); });
  return bytes.find("basic ") != std::string::npos ||
         bytes.find("example-token") != std::string::npos;
}

void check_answer(std::string_view received) {
  if (received.empty()) return;
  auto const code = received.substr(0, 13);
  require(
      std::ranges::any_of(
          std::initializer_list<std::string_view>{"200", "400", "401", "405", "413", "421", "431"},
          [&](auto const status) { return code == "HTTP/1.1 " + std::string(status) + ' '; }),
      "a response has a known status", received);
}

}  // namespace
}  // namespace vobiz::fuzz

int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace vobiz;
  if (size == 0) return 0;
  static fuzz::rig server;
  bool const guarded = (*data & 1) != 0;
  bool const whole = (*data & 2) != 0;
  std::string bytes(fuzz::as_text(data, size).substr(1));
  if (whole) bytes = "GET /healthz HTTP/1.1\r\n" + bytes + "\r\n\r\n";
  fuzz::handled = 0;
  auto const received = server.ask(guarded, bytes);
  fuzz::check_answer(received);
  fuzz::require(!whole || !received.empty(), "a complete request gets a response", bytes);
  fuzz::require(!guarded || fuzz::handled == 0 || fuzz::names_basic_or_token(bytes),
                "a request without the token is refused", bytes);
  return 0;
}
