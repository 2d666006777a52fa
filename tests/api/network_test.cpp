#include <boost/asio/ip/tcp.hpp>

#include "fixture.hpp"
#include "support/gzip.hpp"

// Network and server faults on one request, and the resulting error for the caller.
namespace vobiz::api {
namespace {

using std::chrono::milliseconds;
using support::certificates;
using support::conversation;
using support::gzipped;
using support::hostile_server;
using support::http_answer;
using support::identity;
using support::once;
using support::script;

std::string with_port(std::string text, std::uint16_t port) {
  for (auto at = text.find("PORT"); at != std::string::npos; at = text.find("PORT")) {
    text.replace(at, 4, std::to_string(port));
  }
  return text;
}

struct trouble {
  std::string name;
  script what;
  std::string message;  // after "GET /cdrs: "; PORT stands for the port
  bool again = true;    // whether it is retried
  milliseconds patience{10'000};
};

std::ostream& operator<<(std::ostream& out, trouble const& t) { return out << t.name; }

std::string const head = "HTTP/1.1 200 OK\r\n";

script sends_then_stalls(std::string bytes) {
  return [bytes](conversation& talk) {
    if (!talk.read_request()) return;
    talk.send(bytes);
    talk.wait_for_close();
  };
}

script drips(std::string start) {
  return [start](conversation& talk) {
    if (!talk.read_request()) return;
    talk.send(start);
    while (!talk.closed_within(milliseconds(2)) && talk.send("x")) {
    }
  };
}

script sends_then_resets(std::string bytes) {
  return [bytes](conversation& talk) {
    if (!talk.read_request()) return;
    // A reset discards data that the client has not read yet.
    talk.send(bytes);
    talk.wait_until_read();
    talk.reset();
  };
}

script packed(std::string body) {
  return once(http_answer(200, body, {"Content-Encoding: gzip", "Connection: close"}));
}

std::vector<trouble> const plain_troubles{
    {"closed at once", [](conversation&) {}, "no answer: end of stream [beast.http:1]"},
    {"reset before the head", sends_then_resets(""),
     "no answer: Connection reset by peer [system:104]"},
    {"reset inside the head", sends_then_resets("HTTP/1.1 200 OK\r\nServ"),
     "answer cut short: Connection reset by peer [system:104]"},
    {"reset inside the body", sends_then_resets(head + "Content-Length: 10\r\n\r\n{\"a\""),
     "answer cut short: Connection reset by peer [system:104]"},
    {"closed inside the head", once("HTTP/1.1 200 OK\r\nServ"),
     "answer cut short: partial message [beast.http:2]"},
    {"closed inside a body of known length", once(head + "Content-Length: 10\r\n\r\n{\"a\""),
     "answer cut short: partial message [beast.http:2]"},
    {"closed inside a chunk", once(head + "Transfer-Encoding: chunked\r\n\r\n5\r\n{\"a"),
     "answer cut short: partial message [beast.http:2]"},
    {"closed before the last chunk", once(head + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"),
     "answer cut short: partial message [beast.http:2]"},
    {"no http", once("SSH-2.0-OpenSSH_9.2\r\n\r\n"),
     "answer cut short: bad version [beast.http:14]"},
    {"endless head", once(head + "X: " + std::string(100'000, 'x')),
     "answer cut short: header limit exceeded [beast.http:8]"},
    {"stall before the head", sends_then_stalls(""), "no answer within 0.05 s", true,
     milliseconds(50)},
    {"stall inside the head", sends_then_stalls(head), "answer not complete within 0.05 s", true,
     milliseconds(50)},
    {"stall inside the body", sends_then_stalls(head + "Content-Length: 10\r\n\r\n{"),
     "answer not complete within 0.05 s", true, milliseconds(50)},
    {"drip-feed of the head", drips(head + "X: "), "answer not complete within 0.05 s", true,
     milliseconds(50)},
    {"drip-feed of the body", drips(head + "Content-Length: 1000\r\n\r\n"),
     "answer not complete within 0.05 s", true, milliseconds(50)},
    {"unknown encoding", once(http_answer(200, "x", {"Content-Encoding: br", "Connection: close"})),
     "200 with a body that cannot be read: a Content-Encoding that was not asked for"},
    {"gzip that is none", packed("{}"),
     "200 with a body that cannot be read: not gzip: incorrect header check"},
    {"gzip cut short", packed(gzipped("{\"data\":[]}").substr(0, 20)),
     "200 with a body that cannot be read: gzip cut short after 20 bytes"},
    {"gzip bomb", packed(gzipped(std::string(100'000, ' '))),
     "200 with a body that cannot be read: unpacks to more than 1000 bytes: raise max_response",
     false},
    {"body over the limit", once(http_answer(200, std::string(1001, ' '))),
     "answer larger than 1000 bytes: raise max_response", false},
    {"chunks over the limit",
     once(head + "Transfer-Encoding: chunked\r\n\r\n7d0\r\n" + std::string(2000, ' ') +
          "\r\n0\r\n\r\n"),
     "answer larger than 1000 bytes: raise max_response", false},
    {"body without end over the limit", once(head + "\r\n" + std::string(5000, ' ')),
     "answer larger than 1000 bytes: raise max_response", false},
};

class plain_trouble : public client_test, public testing::WithParamInterface<trouble> {};

TEST_P(plain_trouble, has_a_clear_message) {
  auto const& c = GetParam();
  hostile_server server({c.what});
  auto partner = partner_at(server.url());
  partner.timeouts.response = c.patience;
  partner.max_response = 1000;
  how.attempts = 2;
  client api(io.get_executor(), partner, how);
  auto const got = get(api);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().message, "GET /cdrs: " + c.message + (c.again ? ", after 2 attempts" : ""));
  EXPECT_EQ(got.error().kind, problem_kind::unavailable);
  EXPECT_EQ(server.connections(), c.again ? 2 : 1);
  EXPECT_EQ(api.stats().retries, c.again ? 1 : 0);
  EXPECT_EQ(api.stats().requests, c.again ? 2 : 1);
}

class passing_trouble : public plain_trouble {};

TEST_P(passing_trouble, is_over_when_the_server_recovers) {
  auto const& c = GetParam();
  hostile_server server({c.what, once(http_answer(200, "{}"))});
  auto partner = partner_at(server.url());
  partner.timeouts.response = c.patience;
  partner.max_response = 1000;
  how.attempts = 5;
  client api(io.get_executor(), partner, how);
  auto const got = get(api);
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->body, "{}");
}

std::string test_name(testing::TestParamInfo<trouble> const& info) {
  auto result = info.param.name;
  std::replace_if(
      result.begin(), result.end(), [](char c) { return !std::isalnum(c); }, '_');
  return result;
}

std::vector<trouble> passing() {
  auto result = plain_troubles;
  std::erase_if(result, [](trouble const& t) { return !t.again; });
  return result;
}

INSTANTIATE_TEST_SUITE_P(network, plain_trouble, testing::ValuesIn(plain_troubles), test_name);
INSTANTIATE_TEST_SUITE_P(network, passing_trouble, testing::ValuesIn(passing()), test_name);

TEST_F(client_test, names_a_refused_connection) {
  std::uint16_t port = 0;
  {
    hostile_server const gone({once("")});
    port = gone.port();
  }
  how.attempts = 3;
  client api(io.get_executor(), partner_at("http://127.0.0.1:" + std::to_string(port)), how);
  EXPECT_EQ(get(api).error().message,
            with_port("GET /cdrs: cannot connect to \"127.0.0.1:PORT\": Connection refused "
                      "[system:111], after 3 attempts",
                      port));
  EXPECT_EQ(api.stats().requests, 0) << "nothing was sent";
  EXPECT_EQ(api.stats().retries, 2);
}

TEST_F(client_test, names_a_host_that_does_not_exist) {
  how.attempts = 1;
  client api(io.get_executor(), partner_at("https://host.invalid"), how);
  EXPECT_THAT(get(api).error().message,
              testing::StartsWith("GET /cdrs: cannot resolve \"host.invalid\": "));
}

TEST_F(client_test, gives_up_on_a_handshake_that_never_comes) {
  hostile_server server({[](conversation& talk) { talk.wait_for_close(); }});
  auto partner = partner_at("https://127.0.0.1:" + std::to_string(server.port()));
  partner.timeouts.connect = milliseconds(50);
  how.attempts = 1;
  client api(io.get_executor(), partner, how);
  EXPECT_EQ(get(api).error().message,
            with_port("GET /cdrs: no TLS handshake with \"127.0.0.1:PORT\" within 0.05 s",
                      server.port()));
}

TEST_F(client_test, gives_up_on_a_server_that_speaks_no_tls) {
  hostile_server server({[](conversation& talk) { talk.send("HTTP/1.1 400 Bad\r\n\r\n"); }});
  how.attempts = 1;
  client api(io.get_executor(), partner_at("https://127.0.0.1:" + std::to_string(server.port())),
             how);
  EXPECT_THAT(get(api).error().message,
              testing::StartsWith(with_port(
                  "GET /cdrs: no TLS handshake with \"127.0.0.1:PORT\": wrong version number",
                  server.port())));
}

TEST_F(client_test, notices_a_body_that_ends_without_a_goodbye) {
  // Without a length only the close ends the body, so the close must be authenticated.
  auto const cut = [](conversation& talk) {
    if (!talk.read_request()) return;
    talk.send(head + "\r\n{\"data\":[");
    talk.cut();
  };
  hostile_server server({cut, once(head + "\r\n{}")}, certificates::shared().good());
  client api(io.get_executor(), partner_at(server.url()), how);
  auto const got = get(api);
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->body, "{}");
  EXPECT_THAT(log(),
              testing::HasSubstr("warning partner \"acme\": GET /cdrs: answer cut short: "
                                 "stream truncated [asio.ssl.stream:1]: attempt 2 of 5 in 0 s"));
}

struct distrusted {
  identity who;
  bool system_store;
  std::string url;
  std::string message;
};

TEST_F(client_test, trusts_only_what_is_proven) {
  auto const& made = certificates::shared();
  distrusted const cases[] = {
      {made.good(), true, "https://localhost:PORT",
       "unable to get local issuer certificate [x509:20]: if its authority is to be trusted, name "
       "that "
       "in tls.ca_file"},
      {made.elsewhere(), false, "https://localhost:PORT", "hostname mismatch [x509:62]"},
      {made.elsewhere(), false, "https://127.0.0.1:PORT", "IP address mismatch [x509:64]"},
      {made.expired(), false, "https://localhost:PORT", "certificate has expired [x509:10]"},
  };
  for (auto const& c : cases) {
    hostile_server server({once(http_answer(200, "{}"))}, c.who);
    auto partner = partner_at(with_port(c.url, server.port()));
    if (c.system_store) partner.ca_file.clear();
    client api(io.get_executor(), partner, how);
    auto const got = get(api);
    ASSERT_FALSE(got) << c.message;
    EXPECT_EQ(got.error().message, "GET /cdrs: cannot trust the certificate of \"" +
                                       with_port(c.url, server.port()).substr(8) +
                                       "\": " + c.message);
    EXPECT_EQ(server.connections(), 1) << "a certificate error is not retried";
    EXPECT_THAT(server.requests(), testing::IsEmpty()) << "the token must not be sent";
  }
}

TEST_F(client_test, trusts_an_address_that_the_certificate_names) {
  hostile_server server({once(http_answer(200, "{}"))}, certificates::shared().good());
  client api(io.get_executor(), partner_at("https://127.0.0.1:" + std::to_string(server.port())),
             how);
  EXPECT_TRUE(get(api));
}

TEST_F(client_test, unpacks_gzip) {
  auto const text = std::string(900, 'x');
  hostile_server server({packed(gzipped(text))});
  auto partner = partner_at(server.url());
  partner.max_response = 1000;
  client api(io.get_executor(), partner, how);
  auto const got = get(api);
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->body, text);
  EXPECT_EQ(api.stats().bytes, gzipped(text).size());
}

}  // namespace
}  // namespace vobiz::api
