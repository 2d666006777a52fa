#include "web/allowed_hosts.hpp"

#include "running_server.hpp"

namespace vobiz::web {
namespace {

using ::testing::EndsWith;
using ::testing::StartsWith;

config::http listening(std::string const& address, std::vector<std::string> hosts = {}) {
  config::http where;
  where.address = address;
  where.hosts = std::move(hosts);
  return where;
}

TEST(host_of_authority, is_without_port_and_in_one_form) {
  struct {
    char const* authority;
    char const* host;
  } const cases[] = {
      {"localhost", "localhost"},
      {"LocalHost:9464", "localhost"},
      {"localhost.", "localhost"},
      {"localhost:", "localhost"},
      {"127.0.0.1:1", "127.0.0.1"},
      {"[::1]:9464", "::1"},
      {"[0:0:0:0:0:0:0:1]", "::1"},
      {"[::ffff:127.0.0.1]", "127.0.0.1"},
      {"evil.example:80", "evil.example"},
      // No authorities.
      {"localhost:x", ""},
      {"localhost:123456", ""},
      {"::1", ""},
      {"[::1", ""},
      {"[::1]x", ""},
      {"[localhost]", ""},
      {"[127.0.0.1]", ""},
      {":80", ""},
      {"", ""},
  };
  for (auto const& c : cases) EXPECT_EQ(host_of_authority(c.authority), c.host) << c.authority;
}

TEST(allowed_hosts, on_loopback_are_its_names_and_the_configured_ones) {
  allowed_hosts const names(listening("127.0.0.1", {"status.example.com", "2001:db8::1"}));
  for (auto const* host : {"localhost", "localhost:8080", "LOCALHOST.", "127.0.0.1",
                           "127.0.0.1:9464", "127.9.9.9", "[::1]:1", "status.example.com",
                           "Status.Example.COM:443", "[2001:db8::1]", "[2001:DB8:0::1]:9464"}) {
    EXPECT_TRUE(names.include(host)) << host;
  }
  for (auto const* host :
       {"evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "notlocalhost",
        "x.localhost", "status.example.com.evil.example", "0.0.0.0", "10.0.0.1", "[::]",
        "[2001:db8::2]", "", ":80", "status.example.com@evil.example", "localhost/",
        "localhost evil.example"}) {
    EXPECT_FALSE(names.include(host)) << host;
  }
}

TEST(allowed_hosts, elsewhere_are_all_unless_some_are_configured) {
  allowed_hosts const open(listening("0.0.0.0"));
  EXPECT_TRUE(open.include("any.example:9464"));
  allowed_hosts const named(listening("192.0.2.1", {"status.example.com"}));
  EXPECT_TRUE(named.include("status.example.com"));
  EXPECT_TRUE(named.include("192.0.2.1:9464"));
  EXPECT_TRUE(named.include("localhost"));
  EXPECT_FALSE(named.include("any.example"));
}

std::string asked(running const& at, std::string const& head) {
  return ask(at, head + "Connection: close\r\n\r\n");
}

TEST(hosts, of_others_are_refused) {
  running const at;
  for (auto const* head :
       {"GET / HTTP/1.1\r\nHost: evil.example:9464\r\n", "GET / HTTP/1.0\r\nHost: evil.example\r\n",
        "HEAD /metrics HTTP/1.1\r\nHost: evil.example\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: evil.example\r\n", "POST / HTTP/1.1\r\nHost: evil.example\r\n",
        "GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\n",
        "GET http://localhost@evil.example/ HTTP/1.1\r\nHost: localhost\r\n"}) {
    EXPECT_THAT(asked(at, head), StartsWith("HTTP/1.1 421 Misdirected Request\r\n")) << head;
  }
  EXPECT_THAT(
      asked(at, "GET / HTTP/1.1\r\nHost: evil.example\r\n"),
      EndsWith("\r\n\r\nthis Host is not served here: use 127.0.0.1 or localhost, or add the "
               "name to http.hosts\n"));
}

TEST(hosts, of_this_service_are_served) {
  running const at;
  for (auto const* head :
       {"GET /a HTTP/1.1\r\nHost: localhost:9464\r\n", "GET /a HTTP/1.1\r\nHost: 127.0.0.1\r\n",
        "GET /a HTTP/1.1\r\nHost: [::1]:8080\r\n", "GET /a HTTP/1.1\r\nHost: X:443\r\n",
        // HAProxy's check, and a proxy that sends the whole URL.
        "GET /a HTTP/1.0\r\n", "GET /a HTTP/1.0\r\nHost:\r\n",
        "GET http://localhost/a HTTP/1.1\r\nHost: evil.example\r\n"}) {
    EXPECT_THAT(asked(at, head), EndsWith("you asked for /a\n")) << head;
  }
}

TEST(hosts, are_missing_or_many_in_no_request_of_http_1_1) {
  running const at;
  EXPECT_THAT(asked(at, "GET / HTTP/1.1\r\n"),
              AllOf(StartsWith("HTTP/1.1 400 "), EndsWith("the request has no Host\n")));
  EXPECT_THAT(asked(at, "GET / HTTP/1.1\r\nHost:\r\n"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(asked(at, "GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n"),
              AllOf(StartsWith("HTTP/1.1 400 "), EndsWith("the request has more than one Host\n")));
}

TEST(hosts, change_with_the_configuration) {
  running at;
  auto where = on_a_free_port();
  where.hosts = {"another.example"};
  at.use(where);
  EXPECT_THAT(asked(at, "GET /a HTTP/1.1\r\nHost: another.example\r\n"),
              StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(asked(at, "GET /a HTTP/1.1\r\nHost: x\r\n"), StartsWith("HTTP/1.1 421 "));
}

}  // namespace
}  // namespace vobiz::web
