#include "simulator/server/server.hpp"

#include <gmock/gmock.h>

#include <array>
#include <boost/asio/connect.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <cstdlib>
#include <thread>

#include "simulator/provider.hpp"

namespace vobiz::simulator {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;

// A simulator with a real socket.
class served {
public:
  explicit served(std::vector<std::string> faults = {})
      : behind_(chosen(std::move(faults))), front_(context_, chosen({})) {
    front_.start(behind_);
    thread_ = std::thread([this] { context_.run(); });
  }
  ~served() {
    context_.stop();
    thread_.join();
  }

  static options chosen(std::vector<std::string> faults) {
    auto out = small_world();
    out.faults = std::move(faults);
    out.port = 0;
    return out;
  }

  tcp::socket connect() {
    tcp::socket socket(own_);
    socket.connect({asio::ip::make_address("127.0.0.1"), front_.port()});
    return socket;
  }

  std::uint16_t port() const { return front_.port(); }

private:
  asio::io_context context_;
  asio::io_context own_;
  simulator behind_;
  server front_;
  std::thread thread_;
};

void send(tcp::socket& socket, std::string const& path,
          std::string const& base = "/api/v1/partner") {
  http::request<http::empty_body> what(http::verb::get, base + path, 11);
  what.set(http::field::host, "127.0.0.1");
  what.set("X-Auth-ID", "PA_EXAMPLE01");
  what.set("X-Auth-Token", "CANARY_PARTNER_TOKEN");
  http::write(socket, what);
}

boost::system::error_code read(tcp::socket& socket, http::response<http::string_body>& out) {
  boost::system::error_code error;
  boost::beast::flat_buffer buffer;
  http::read(socket, buffer, out, error);
  return error;
}

TEST(server, keeps_connections_alive) {
  served there;
  auto socket = there.connect();
  for (auto const* path : {"/me", "/cdrs", "/nothing", "/dashboard"}) {
    send(socket, path);
    http::response<http::string_body> got;
    ASSERT_FALSE(read(socket, got)) << path;
    EXPECT_EQ(got.result_int(), std::string_view(path) == "/nothing" ? 404u : 200u);
    EXPECT_TRUE(got.keep_alive());
  }
}

TEST(server, resets_when_told_to) {
  served there({"reset-before,next=1", "reset-body,next=1,after=1"});
  for (int i = 0; i < 2; ++i) {
    auto socket = there.connect();
    send(socket, "/cdrs");
    http::response<http::string_body> got;
    EXPECT_EQ(read(socket, got), asio::error::connection_reset) << i;
  }
  auto socket = there.connect();
  send(socket, "/cdrs");
  http::response<http::string_body> got;
  EXPECT_FALSE(read(socket, got));
}

TEST(server, closes_inside_a_truncated_body) {
  served there({"truncate"});
  auto socket = there.connect();
  send(socket, "/cdrs");
  http::response<http::string_body> got;
  EXPECT_EQ(read(socket, got), http::error::partial_message);
}

TEST(server, holds_a_silent_connection_until_the_client_goes) {
  served there({"stall-body,next=1"});
  auto waiting = there.connect();
  send(waiting, "/cdrs");
  std::array<char, 12> first;
  asio::read(waiting, asio::buffer(first));
  EXPECT_EQ(std::string_view(first.data(), first.size()), "HTTP/1.1 200");
  // Meanwhile others are served, and see one other request in progress.
  auto other = there.connect();
  send(other, "/requests", "/_control");
  http::response<http::string_body> got;
  ASSERT_FALSE(read(other, got));
  EXPECT_EQ(json::parse(got.body()).at("in_flight").as_int64(), 2);
  waiting.close();
  send(other, "/me");
  http::response<http::string_body> after;
  EXPECT_FALSE(read(other, after));
}

TEST(server, says_when_the_port_is_taken) {
  served there;
  auto again = small_world();
  again.port = there.port();
  asio::io_context context;
  try {
    server second(context, again);
    FAIL() << "listened twice";
  } catch (std::runtime_error const& error) {
    EXPECT_EQ(std::string(error.what()),
              "cannot listen on \"127.0.0.1:" + std::to_string(there.port()) +
                  "\": Address already in use [system:98]");
  }
}

// Output and exit code of the program for a command line.
std::pair<int, std::string> run(std::string const& arguments) {
  auto* pipe =
      popen((std::string(VOBIZ_BINARY_DIR) + "/vobiz-sim " + arguments + " 2>&1").c_str(), "r");
  std::string out;
  std::array<char, 4'096> part;
  for (std::size_t n; (n = fread(part.data(), 1, part.size(), pipe)) > 0;)
    out.append(part.data(), n);
  auto const status = pclose(pipe);
  return {WEXITSTATUS(status), out};
}

TEST(program, refuses_bad_options_with_one_message) {
  auto const [code, said] = run("--fault nonsense");
  EXPECT_EQ(code, 2);
  EXPECT_EQ(
      said,
      "vobiz-sim: bad fault \"nonsense\": unknown kind \"nonsense\", vobiz-sim --help lists them\n"
      "hint: vobiz-sim --help\n");
  EXPECT_EQ(run("--now yesterday").first, 2);
  EXPECT_EQ(run("--listen 127.0.0.1").first, 2);
  EXPECT_EQ(run("--listen 127.0.0.1:99999").first, 2);
  EXPECT_EQ(run("--nonsense").first, 2);
  EXPECT_EQ(run("--generation 4").first, 2);
  EXPECT_EQ(run("--tls-cert x.pem").first, 2);
  auto const [help_code, help] = run("--help");
  EXPECT_EQ(help_code, 0);
  EXPECT_THAT(help, testing::HasSubstr("truncate-unframed"));
  EXPECT_THAT(help, testing::HasSubstr("--per-page-overflow"));
}

TEST(program, writes_its_port_serves_and_ends_in_order) {
  auto const script = "D=$(mktemp -d); BIN=" + std::string(VOBIZ_BINARY_DIR) +
                      "/vobiz-sim; $BIN --listen 127.0.0.1:0 --port-file $D/port --frozen --days 1 "
                      ">$D/out & PID=$!; "
                      "while [ ! -e $D/port ] && kill -0 $PID 2>/dev/null; do :; done; "
                      "exec 3<>/dev/tcp/127.0.0.1/$(cat $D/port); "
                      "printf 'GET /_control/clock HTTP/1.1\\r\\nHost: x\\r\\nConnection: "
                      "close\\r\\n\\r\\n' >&3; head -n 1 <&3; "
                      "kill -TERM $PID; wait $PID; echo \"code $?\"; rm -r $D";
  auto* pipe = popen(("bash -c '" +
                      [&] {
                        std::string quoted;
                        for (char const c : script)
                          quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
                        return quoted;
                      }() +
                      "'")
                         .c_str(),
                     "r");
  std::string out;
  std::array<char, 4'096> part;
  for (std::size_t n; (n = fread(part.data(), 1, part.size(), pipe)) > 0;)
    out.append(part.data(), n);
  pclose(pipe);
  EXPECT_EQ(out, "HTTP/1.1 200 OK\r\ncode 0\n");
}

}  // namespace
}  // namespace vobiz::simulator
