#include "running_server.hpp"

// What scrapers, load balancers, probes and stray clients send.
namespace vobiz::web {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// Reads the whole answer to a request on a connection of its own.
std::string asked(running const& at, std::string const& head) {
  return ask(at, head + "Connection: close\r\n\r\n");
}

TEST(requests, that_read_are_served) {
  running const at;
  std::string const host = "Host: x\r\n";
  struct {
    char const* from;
    std::string head;
  } const cases[] = {
      {"Prometheus 3",
       "GET /metrics HTTP/1.1\r\n" + host +
           "User-Agent: Prometheus/3.0.1\r\nAccept-Encoding: gzip\r\n"
           "Accept: application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,"
           "text/plain;version=0.0.4;q=0.2,*/*;q=0.1\r\n"
           "X-Prometheus-Scrape-Timeout-Seconds: 10\r\n"},
      {"a federation", "GET /metrics?name%5B%5D=x&collect[]=y HTTP/1.1\r\n" + host},
      {"nginx", "GET /metrics HTTP/1.0\r\n" + host},
      {"HTTP/1.0", "GET /metrics HTTP/1.0\r\n"},
      {"a proxy", "GET http://x/metrics HTTP/1.1\r\n" + host},
      {"a cache", "GET /metrics HTTP/1.1\r\n" + host +
                      "If-None-Match: *\r\nIf-Modified-Since: Sun, 06 Nov 2044 08:49:37 GMT\r\n"
                      "Range: bytes=0-3\r\n"},
      {"curl with -d ''",
       "GET /metrics HTTP/1.1\r\n" + host + "Expect: 100-continue\r\nContent-Length: 0\r\n"},
      {"a client that would speak HTTP/2",
       "GET /metrics HTTP/1.1\r\n" + host + "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n"},
  };
  for (auto const& c : cases) {
    auto const text = asked(at, c.head);
    EXPECT_THAT(text, StartsWith("HTTP/1.1 200 OK\r\n")) << c.from;
    EXPECT_THAT(text, EndsWith("\r\n\r\nyou asked for /metrics\n")) << c.from;
    EXPECT_THAT(text, HasSubstr("\r\nContent-Length: 23\r\n")) << c.from;
    EXPECT_THAT(text, HasSubstr("\r\nConnection: close\r\n")) << c.from;
  }
}

TEST(requests, of_a_load_balancer_get_the_status_of_the_path) {
  running const at;
  for (auto const* line :
       {"OPTIONS / HTTP/1.0\r\n", "OPTIONS /readyz HTTP/1.1\r\nHost: x\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: x\r\n", "OPTIONS http://x HTTP/1.1\r\nHost: x\r\n"}) {
    auto const text = asked(at, line);
    EXPECT_THAT(text, StartsWith("HTTP/1.1 200 OK\r\n")) << line;
    EXPECT_THAT(text, HasSubstr("\r\nAllow: GET, HEAD, OPTIONS\r\n")) << line;
    EXPECT_THAT(text, HasSubstr("\r\nContent-Length: 0\r\n")) << line;
    EXPECT_THAT(text, EndsWith("\r\n\r\n")) << line;
  }
  EXPECT_THAT(asked(at, "OPTIONS /missing HTTP/1.0\r\n"),
              AllOf(StartsWith("HTTP/1.1 404 "), HasSubstr("\r\nAllow: GET, HEAD, OPTIONS\r\n")));
}

TEST(requests, of_a_load_balancer_need_the_token_as_all_do) {
  running const at({}, "token-of-http");
  EXPECT_THAT(asked(at, "OPTIONS / HTTP/1.0\r\n"), StartsWith("HTTP/1.1 401 "));
  EXPECT_THAT(asked(at, "OPTIONS * HTTP/1.0\r\nAuthorization: Bearer token-of-http\r\n"),
              StartsWith("HTTP/1.1 200 "));
}

TEST(requests, by_head_get_the_length_alone) {
  running const at;
  for (auto const* target : {"/x", "http://x/x"}) {
    auto const text = asked(at, "HEAD " + std::string(target) + " HTTP/1.1\r\nHost: x\r\n");
    EXPECT_THAT(text, StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(text, HasSubstr("\r\nContent-Length: 17\r\n"));
    EXPECT_THAT(text, EndsWith("\r\n\r\n"));
  }
  EXPECT_THAT(asked(at, "HEAD /missing HTTP/1.1\r\nHost: x\r\n"),
              AllOf(StartsWith("HTTP/1.1 404 "), EndsWith("\r\n\r\n")));
}

TEST(requests, that_would_write_are_refused) {
  running const at;
  for (auto const* method : {"POST", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND", "PURGE"}) {
    auto const text =
        ask(at, std::string(method) + " / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
    EXPECT_THAT(text, StartsWith("HTTP/1.1 405 Method Not Allowed\r\n")) << method;
    EXPECT_THAT(text, HasSubstr("\r\nAllow: GET, HEAD, OPTIONS\r\n")) << method;
    EXPECT_THAT(text, EndsWith("only GET, HEAD and OPTIONS are supported\n")) << method;
  }
  EXPECT_THAT(ask(at, "CONNECT x:443 HTTP/1.1\r\nHost: x:443\r\n\r\n"),
              StartsWith("HTTP/1.1 405 "));
}

TEST(requests, that_are_no_http_are_refused_and_the_connection_closes) {
  running const at;
  using namespace std::string_literals;
  for (auto const& bytes :
       {"\x16\x03\x01\0\x05\x01\0\0\x01\0"s, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"s,
        "PROXY TCP4 127.0.0.1 127.0.0.1 1 2\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n"s,
        "SSH-2.0-OpenSSH_9.2\r\n"s, "GET /\r\n\r\n"s, "GET metrics HTTP/1.1\r\nHost: x\r\n\r\n"s,
        "GET * HTTP/1.0\r\n\r\n"s, "GET ftp://x/ HTTP/1.0\r\n\r\n"s,
        "GET / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"s}) {
    client one(at);
    one.send(bytes);
    one.finish();
    auto const text = one.read();
    EXPECT_THAT(text, ::testing::AnyOf("", StartsWith("HTTP/1.1 400 "))) << bytes;
    EXPECT_THAT(text, Not(HasSubstr("you asked for"))) << bytes;
  }
}

TEST(requests, may_come_at_once_on_a_connection) {
  running const at;
  client one(at);
  std::string all;
  for (int n = 0; n < 500; ++n) {
    all += (n % 2 == 0 ? "GET /" : "GET http://x/") + std::to_string(n) +
           " HTTP/1.1\r\nHost: x\r\n\r\n";
  }
  one.send(all + "GET /last HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  auto const text = one.read("/last\n");
  EXPECT_THAT(text, HasSubstr("you asked for /0\n"));
  EXPECT_THAT(text, HasSubstr("you asked for /499\n"));
  // A client of HTTP/1.0 has to be told that the connection stays.
  EXPECT_THAT(text.substr(text.rfind("HTTP/1.1 200")), HasSubstr("\r\nConnection: keep-alive\r\n"));
  one.send("GET /still HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(one.read(), EndsWith("/still\n"));
}

}  // namespace
}  // namespace vobiz::web
