#include "running_server.hpp"
#include "vobiz/core/failure.hpp"

namespace vobiz::web {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TEST(server, answers_a_path_without_its_query) {
  running const at;
  auto const text = get(at, "/status.json?x=1");
  EXPECT_THAT(text, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(text, EndsWith("\r\n\r\nyou asked for /status.json\n"));
  EXPECT_THAT(text, HasSubstr("\r\nContent-Length: 27\r\n"));
  EXPECT_THAT(text, HasSubstr("\r\nContent-Security-Policy: default-src 'none'"));
  EXPECT_THAT(text, HasSubstr("\r\nX-Content-Type-Options: nosniff\r\n"));
  EXPECT_THAT(text, HasSubstr("\r\nCache-Control: no-store\r\n"));
  EXPECT_THAT(get(at, "/missing"), StartsWith("HTTP/1.1 404 Not Found\r\n"));
}

TEST(server, answers_head_without_a_body) {
  running const at;
  auto const text = ask(at, "HEAD /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(text, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(text, HasSubstr("\r\nContent-Length: 17\r\n"));
  EXPECT_THAT(text, EndsWith("\r\n\r\n"));
}

TEST(server, answers_several_requests_on_a_connection) {
  running const at;
  client one(at);
  one.send("GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(one.read("/2\n"), HasSubstr("you asked for /1\n"));
  one.send("GET /3 HTTP/1.0\r\n\r\n");
  EXPECT_THAT(one.read(), EndsWith("you asked for /3\n"));
}

TEST(server, takes_no_body) {
  running const at;
  EXPECT_THAT(get(at, "/", "Content-Length: 5\r\n"), StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(get(at, "/", "Transfer-Encoding: chunked\r\n"), StartsWith("HTTP/1.1 413 "));
}

TEST(server, refuses_a_long_head) {
  limits bounds;
  bounds.header_bytes = 512;
  running const at(bounds);
  EXPECT_THAT(get(at, "/", "X-Long: " + std::string(200'000, 'x') + "\r\n"),
              AllOf(StartsWith("HTTP/1.1 431 "),
                    EndsWith("the request's head is longer than 512 bytes\n")));
  EXPECT_THAT(get(at, "/" + std::string(600, 'x')), StartsWith("HTTP/1.1 431 "));
  EXPECT_THAT(get(at, "/", "X-Fits: " + std::string(300, 'x') + "\r\n"),
              StartsWith("HTTP/1.1 200 "));
}

TEST(server, does_not_wait_for_a_head_for_ever) {
  limits bounds;
  bounds.header = std::chrono::milliseconds(50);
  running const at(bounds);
  EXPECT_THAT(ask(at, "GET / HTTP/1.1\r\nHo"),
              AllOf(StartsWith("HTTP/1.1 408 "), EndsWith("the request did not arrive in time\n")));
}

TEST(server, closes_a_connection_without_requests) {
  limits bounds;
  bounds.idle = std::chrono::milliseconds(50);
  running const at(bounds);
  EXPECT_EQ(ask(at, ""), "");
}

TEST(server, answers_what_is_no_http) {
  running const at;
  EXPECT_THAT(ask(at, "\x16\x03\x01 hello\r\n\r\n"),
              AllOf(StartsWith("HTTP/1.1 400 "), HasSubstr("not an HTTP request: ")));
}

std::string const request_of_x = "GET /x HTTP/1.1\r\nHost: x\r\n\r\n";

TEST(server, closes_the_connection_that_is_idle_for_longest_for_a_new_one) {
  limits bounds;
  bounds.connections = 2;
  running const at(bounds);
  client one(at);
  client two(at);
  for (auto* open : {&one, &two}) {
    open->send(request_of_x);
    EXPECT_THAT(open->read("/x\n"), StartsWith("HTTP/1.1 200 "));
  }
  client three(at);
  three.send(request_of_x);
  EXPECT_THAT(three.read("/x\n"), StartsWith("HTTP/1.1 200 "));
  EXPECT_EQ(one.read(), "") << "it is closed";
  two.send(request_of_x);
  EXPECT_THAT(two.read("/x\n"), StartsWith("HTTP/1.1 200 ")) << "it is not";
}

// Nothing but a newcomer ends one of the four connections.
limits without_deadlines() {
  limits bounds;
  bounds.connections = 4;
  bounds.header = bounds.idle = bounds.write = std::chrono::hours(1);
  return bounds;
}

TEST(server, is_not_kept_from_others_by_clients_that_send_nothing_or_half_a_head) {
  running const at(without_deadlines());
  std::vector<std::unique_ptr<client>> others;
  for (int n = 0; n < 40; ++n) {
    others.push_back(std::make_unique<client>(at));
    if (n % 2 == 0) others.back()->send("GET / HTTP/1.1\r\nHo");
  }
  EXPECT_THAT(get(at, "/x"), StartsWith("HTTP/1.1 200 "));
}

TEST(server, is_not_kept_from_others_by_clients_that_read_nothing) {
  running const at(without_deadlines());
  std::vector<std::unique_ptr<client>> others;
  for (int n = 0; n < 4; ++n) {
    others.push_back(std::make_unique<client>(at));
    others.back()->send("GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
  }
  EXPECT_THAT(get(at, "/x"), StartsWith("HTTP/1.1 200 "));
}

TEST(server, drops_a_client_that_reads_nothing) {
  limits bounds;
  bounds.write = std::chrono::milliseconds(50);
  running const at(bounds);
  client one(at);
  one.send("GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
  one.wait_for_close();
  EXPECT_LT(one.read().size(), large_body) << "the rest was never sent";
}

TEST(server, says_that_there_are_too_many_connections) {
  limits bounds;
  bounds.connections = 2;
  running at(bounds);
  client one(at);
  client two(at);
  for (auto* open : {&one, &two}) open->send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
  at.wait_for_slow(2);
  // Those are being answered: nobody is sent away for a newcomer.
  EXPECT_THAT(get(at, "/"), AllOf(StartsWith("HTTP/1.1 503 "),
                                  EndsWith("more than 2 connections are open: try again later\n")));
  at.answer_slow();
  for (auto* open : {&one, &two}) EXPECT_THAT(open->read("/slow\n"), StartsWith("HTTP/1.1 200 "));
}

TEST(server, asks_for_the_token) {
  running const at({}, "CANARY_HTTP_TOKEN");
  auto const refused = get(at, "/");
  EXPECT_THAT(refused, StartsWith("HTTP/1.1 401 Unauthorized\r\n"));
  EXPECT_THAT(refused, HasSubstr("\r\nWWW-Authenticate: Basic realm=\"vobiz-syncd\""));
  EXPECT_THAT(refused, HasSubstr("\r\nWWW-Authenticate: Bearer realm=\"vobiz-syncd\""));
  EXPECT_THAT(refused, Not(HasSubstr("CANARY")));
  EXPECT_THAT(get(at, "/", "Authorization: Bearer wrong\r\n"), StartsWith("HTTP/1.1 401 "));
  EXPECT_THAT(get(at, "/", "Authorization: Bearer CANARY_HTTP_TOKEN\r\n"),
              StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(get(at, "/", "Authorization: Basic OkNBTkFSWV9IVFRQX1RPS0VO\r\n"),
              StartsWith("HTTP/1.1 200 "));
}

TEST(server, survives_a_defect_of_a_page) {
  running const at;
  EXPECT_THAT(get(at, "/broken"),
              AllOf(StartsWith("HTTP/1.1 500 "), EndsWith("internal error: see the log\n"),
                    Not(HasSubstr("example of a defect"))));
  EXPECT_THAT(get(at, "/x"), StartsWith("HTTP/1.1 200 "));
}

TEST(server, says_which_address_is_taken) {
  running const at;
  asio::io_context io;
  auto where = on_a_free_port();
  where.port = static_cast<std::uint16_t>(std::stoi(at.port()));
  try {
    server const second(io.get_executor(), where, echo);
    FAIL() << "two servers on one port";
  } catch (core::failure const& failure) {
    EXPECT_EQ(failure.what(), "cannot listen on \"127.0.0.1:" + at.port() +
                                  "\": Address already in use [system:98]");
    EXPECT_THAT(failure.hint(), HasSubstr("set another one in http.listen"));
  }
}

}  // namespace
}  // namespace vobiz::web
