#include "fixture.hpp"
#include "support/connect_proxy.hpp"

// Requests through an HTTP proxy.
namespace vobiz::api {
namespace {

using std::chrono::milliseconds;
using support::answering;
using support::certificates;
using support::connect_proxy;
using support::conversation;
using support::hostile_server;
using support::http_answer;
using support::once;
using support::script;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class proxy_test : public client_test {
protected:
  static config::partner partner_behind(std::string const& proxy, std::string const& url,
                                        std::string const& user = {},
                                        char const* password = "password-of-proxy") {
    auto result = partner_at(url);
    result.proxy.emplace().url = proxy;
    result.proxy->username = user;
    if (!user.empty()) result.proxy->password = core::secret(password);
    return result;
  }
};

TEST_F(proxy_test, carries_requests_that_it_cannot_read) {
  hostile_server server(
      {answering({http_answer(200, "{\"page\":1}"), http_answer(200, "{\"page\":2}")})},
      certificates::shared().good());
  connect_proxy proxy;
  client api(io.get_executor(), partner_behind(proxy.url(), server.url()), how);
  auto const first = get(api);
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(first->body, "{\"page\":1}");
  auto const second = get(api);
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_EQ(second->body, "{\"page\":2}");
  // One tunnel for both requests. TLS ends at the API; the proxy's own headers are sent before TLS.
  EXPECT_THAT(proxy.targets(), ElementsAre("localhost:" + std::to_string(server.port())));
  EXPECT_THAT(proxy.relayed(), Not(HasSubstr("token-of-acme")));
  EXPECT_GT(proxy.relayed().size(), 1000u);
  EXPECT_THAT(server.requests().front(), HasSubstr("token-of-acme"));
  EXPECT_THAT(server.requests().front(), Not(HasSubstr("Proxy-")));
}

TEST_F(proxy_test, gets_its_credentials_and_nobody_else_does) {
  hostile_server server({answering({http_answer(200, "{}")})}, certificates::shared().good());
  connect_proxy proxy("vobiz:password-of-proxy");
  client right(io.get_executor(), partner_behind(proxy.url(), server.url(), "vobiz"), how);
  auto const got = get(right);
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_THAT(server.requests().front(), Not(HasSubstr("Proxy-")));

  client wrong(io.get_executor(),
               partner_behind(proxy.url(), server.url(), "vobiz", "CANARY_PASSWORD"), how);
  auto const refused = get(wrong);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message,
            "GET /cdrs: proxy \"" + proxy.name() + "\" refuses the credentials in proxy: 407");
  // A proxy failure is no failure of the API credentials.
  EXPECT_EQ(refused.error().kind, problem_kind::unavailable);
  client none(io.get_executor(), partner_behind(proxy.url(), server.url()), how);
  EXPECT_EQ(get(none).error().message, "GET /cdrs: proxy \"" + proxy.name() +
                                           "\" asks for credentials: give proxy.username: 407");
  EXPECT_EQ(proxy.targets().size(), 3u) << "refused credentials are not retried";
  for (auto const* secret : {"CANARY_PASSWORD", "password-of-proxy", "Basic ", "dm9iaXo6"}) {
    EXPECT_THAT(log(), Not(HasSubstr(secret)));
  }
}

TEST_F(proxy_test, is_no_reason_to_trust_another_certificate) {
  hostile_server server({once(http_answer(200, "{}"))}, certificates::shared().elsewhere());
  connect_proxy proxy;
  client api(io.get_executor(), partner_behind(proxy.url(), server.url()), how);
  EXPECT_EQ(get(api).error().message, "GET /cdrs: cannot trust the certificate of \"localhost:" +
                                          std::to_string(server.port()) +
                                          "\": hostname mismatch [x509:62]");
  EXPECT_THAT(server.requests(), IsEmpty());
}

struct refusal {
  std::string name;
  script what;
  std::string message;  // PROXY stands for its host and port
  bool again;
  milliseconds patience{10'000};
};

script says(std::string bytes) {
  return [bytes](conversation& talk) {
    if (!talk.read_request()) return;
    talk.send(bytes);
    talk.wait_for_close();
  };
}

refusal const refusals[] = {
    {"forbidden", says("HTTP/1.1 403 Filtered\r\nContent-Length: 4\r\n\r\nNo.\n"),
     "proxy \"PROXY\" does not let us through to \"api.example.com:443\": 403", false},
    {"unauthorized", says("HTTP/1.0 401 Unauthorized\r\n\r\n"),
     "proxy \"PROXY\" refuses the credentials in proxy: 401", false},
    {"bad gateway", says("HTTP/1.1 502 Bad Gateway\r\n\r\n"),
     "proxy \"PROXY\" cannot reach \"api.example.com:443\": 502", true},
    {"redirect", says("HTTP/1.1 302 Found\r\nLocation: https://login.example.com/\r\n\r\n"),
     "proxy \"PROXY\" does not let us through to \"api.example.com:443\": 302", false},
    {"no http", says("SSH-2.0-OpenSSH_9.2\r\n\r\n"),
     "no answer from proxy \"PROXY\": bad version [beast.http:14]", true},
    {"closed", [](conversation& talk) { talk.read_request(); },
     "no answer from proxy \"PROXY\": end of stream [beast.http:1]", true},
    {"silent", says(""), "no answer from proxy \"PROXY\" within 0.05 s", true, milliseconds(50)},
    {"endless head", says("HTTP/1.1 200 OK\r\nX: " + std::string(100'000, 'x')),
     "no answer from proxy \"PROXY\": header limit exceeded [beast.http:8]", true},
    {"interim answers without end",
     [](conversation& talk) {
       if (!talk.read_request()) return;
       while (talk.send("HTTP/1.1 100 Continue\r\n\r\n")) {
       }
     },
     "no answer from proxy \"PROXY\": header limit exceeded [beast.http:8]", true},
    {"talkative", says("HTTP/1.1 200 OK\r\n\r\nWelcome"),
     "proxy \"PROXY\" says more than it was asked", false},
};

TEST_F(proxy_test, that_gives_no_way_is_named) {
  for (auto const& c : refusals) {
    hostile_server proxy({c.what});
    auto partner = partner_behind(proxy.url(), "https://api.example.com/api", "vobiz");
    partner.timeouts.connect = c.patience;
    how.attempts = 2;
    client api(io.get_executor(), partner, how);
    auto const got = get(api);
    ASSERT_FALSE(got) << c.name;
    auto message = c.message;
    auto const at = message.find("PROXY");
    message.replace(at, 5, "127.0.0.1:" + std::to_string(proxy.port()));
    EXPECT_EQ(got.error().message, "GET /cdrs: " + message + (c.again ? ", after 2 attempts" : ""))
        << c.name;
    EXPECT_EQ(got.error().kind, problem_kind::unavailable) << c.name;
    EXPECT_EQ(proxy.connections(), c.again ? 2u : 1u) << c.name;
    EXPECT_THAT(proxy.requests().front(),
                testing::StartsWith("CONNECT api.example.com:443 HTTP/1.1\r\n"
                                    "Host: api.example.com:443\r\n"
                                    "Proxy-Authorization: Basic "));
    EXPECT_THAT(proxy.requests().front(), Not(HasSubstr("token-of-acme"))) << c.name;
  }
}

// Passes bytes on after any positive answer to CONNECT.
TEST_F(proxy_test, gives_way_in_many_words) {
  std::vector<std::string> const cases{
      "HTTP/1.0 200 Connection established\r\n\r\n",
      "HTTP/1.1 200\r\n\r\n",
      "HTTP/1.1 200 OK\n\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
      "HTTP/1.1 200 Connection established\r\nVia: 1.1 x\r\n\r\n",
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
      "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200\r\n\r\n",
      "HTTP/1.1 204 No Content\r\n\r\n",
  };
  for (auto const& answer : cases) {
    hostile_server server({answering({http_answer(200, "{}")})}, certificates::shared().good());
    connect_proxy proxy({}, answer);
    how.attempts = 1;
    client api(io.get_executor(), partner_behind(proxy.url(), server.url()), how);
    auto const got = get(api);
    ASSERT_TRUE(got) << answer << got.error().message;
    EXPECT_EQ(got->body, "{}");
  }
}

TEST_F(proxy_test, that_is_away_is_named) {
  std::string url;
  std::string name;
  {
    connect_proxy const gone;
    url = gone.url();
    name = gone.name();
  }
  how.attempts = 1;
  client api(io.get_executor(), partner_behind(url, "https://api.example.com/api"), how);
  EXPECT_EQ(get(api).error().message,
            "GET /cdrs: cannot connect to proxy \"" + name + "\": Connection refused [system:111]");
}

}  // namespace
}  // namespace vobiz::api
