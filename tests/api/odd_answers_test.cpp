#include <boost/asio/ip/tcp.hpp>

#include "fixture.hpp"
#include "support/gzip.hpp"

// Answers as servers and proxies in use write them, and as curl, Go and Python read them.
namespace vobiz::api {
namespace {

using support::answering;
using support::conversation;
using support::gzipped;
using support::hostile_server;
using support::http_answer;
using support::once;
using support::script;
using ::testing::HasSubstr;

std::string const body = R"({"data":[]})";
std::string const interim = "HTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\n\r\n";

std::string repeated(std::string const& text, int times) {
  std::string result;
  for (int i = 0; i < times; ++i) result += text;
  return result;
}

std::string chunked(std::string const& head) { return head + "\r\nb\r\n" + body + "\r\n0\r\n\r\n"; }

std::string packed(std::string const& content, std::string const& coding) {
  return http_answer(200, content, {"Content-Encoding: " + coding});
}

struct odd_answer {
  char const* name;
  std::string bytes;
  bool reusable = true;  // whether the next request may use the connection
};

std::vector<odd_answer> const odd_answers{
    {"103 first", interim + http_answer(200, body)},
    {"100 first", "HTTP/1.1 100 Continue\r\n\r\n" + http_answer(200, body)},
    {"100 without a reason", "HTTP/1.1 100\r\n\r\n" + http_answer(200, body)},
    {"102 with a length, which means nothing",
     "HTTP/1.1 102 Processing\r\nContent-Length: 5\r\n\r\n" + http_answer(200, body)},
    {"several interim answers",
     "HTTP/1.1 100 Continue\r\n\r\n" + repeated(interim, 20) + http_answer(200, body)},
    {"no reason, no blank", "HTTP/1.1 200\r\nContent-Length: 11\r\n\r\n" + body},
    {"no reason", "HTTP/1.1 200 \r\nContent-Length: 11\r\n\r\n" + body},
    {"lines that end with LF", "HTTP/1.1 200 OK\nContent-Length: 11\n\n" + body},
    {"a field that Beast does not take",
     "HTTP/1.1 200 OK\r\nX: a\x01z\r\nConnection: keep-alive; x\r\nContent-Length: 11\r\n\r\n" +
         body},
    {"a length before chunks",
     chunked("HTTP/1.1 200 OK\r\nContent-Length: 500\r\nTransfer-Encoding: chunked\r\n"), false},
    {"a length behind chunks",
     chunked("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n"), false},
    {"chunked twice",
     chunked("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n")},
    {"the same length twice",
     "HTTP/1.1 200 OK\r\nContent-Length: 11\r\nContent-Length: 11\r\n\r\n" + body},
    {"coding none", packed(body, "none")},
    {"coding identity", packed(body, "Identity")},
    {"an empty coding", packed(body, "")},
    {"a coding that has not been applied", packed(body, "utf-8")},
    {"x-gzip", packed(gzipped(body), "x-gzip")},
    {"gzip and identity", packed(gzipped(body), "gzip, identity")},
    {"gzip twice", packed(gzipped(gzipped(body)), "gzip, gzip")},
    {"gzip in two lines", http_answer(200, gzipped(gzipped(body)),
                                      {"Content-Encoding: gzip", "Content-Encoding: GZIP"})},
    {"zeros behind gzip", packed(gzipped(body) + std::string(512, '\0'), "gzip")},
    {"a line end behind gzip", packed(gzipped(body) + "\r\n", "gzip")},
    {"several members", packed(gzipped(R"({"data")") + gzipped("") + gzipped(":[]}"), "gzip")},
    {"a byte order mark", http_answer(200, "\xef\xbb\xbf" + body)},
};

TEST_F(client_test, reads_answers_as_other_clients_do) {
  for (auto const& c : odd_answers) {
    hostile_server server({answering({c.bytes})});
    client api(io.get_executor(), partner_at(server.url()), how);
    for (int request = 0; request < 2; ++request) {
      auto const got = get(api);
      ASSERT_TRUE(got) << c.name << ": " << got.error().message;
      EXPECT_EQ(got->body, body) << c.name;
    }
    EXPECT_EQ(server.connections(), c.reusable ? 1u : 2u) << c.name;
    EXPECT_EQ(api.stats().requests, 2u) << c.name;
    EXPECT_EQ(api.stats().answers[2], 2u) << c.name;
  }
}

TEST_F(client_test, reads_answers_in_any_pieces) {
  auto const bytes = "HTTP/1.1 100\n\n" + interim + packed(gzipped(body) + '\0', "gzip");
  hostile_server server({[&](conversation& talk) {
    if (!talk.read_request()) return;
    for (char const c : bytes) {
      talk.send(std::string_view(&c, 1));
      talk.wait_until_read();
    }
    talk.wait_for_close();
  }});
  client api(io.get_executor(), partner_at(server.url()), how);
  auto const got = get(api);
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->body, body);
}

script sends(std::string bytes) {
  return [bytes](conversation& talk) {
    if (!talk.read_request()) return;
    talk.send(bytes);
    talk.wait_for_close();
  };
}

TEST_F(client_test, bounds_what_precedes_an_answer) {
  struct {
    char const* name;
    script what;
    char const* message;
  } const cases[] = {
      {"interim answers without end", sends(repeated(interim, 1'000)),
       "answer cut short: header limit exceeded [beast.http:8]"},
      {"large interim answers",
       sends(repeated("HTTP/1.1 103 \r\nX: " + std::string(10'000, 'x') + "\r\n\r\n", 7)),
       "answer cut short: header limit exceeded [beast.http:8]"},
      {"an interim answer alone", once(interim),
       "answer cut short: partial message [beast.http:2]"},
      {"a switch of protocols that nobody asked for",
       sends("HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n"),
       "101 where only 200 has an answer in it"},
      {"a trailer without end",
       sends("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: " +
             std::string(1'000'000, 'x')),
       "answer cut short: more than 16384 bytes of trailers [answer:4]"},
      {"a coding of the transfer that nobody asked for",
       sends(chunked("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n")),
       "answer cut short: bad Transfer-Encoding [beast.http:20]"},
      {"too many codings", once(packed("{}", "gzip, gzip, gzip, gzip, gzip")),
       "200 with a body that cannot be read: more than 4 codings in Content-Encoding"},
  };
  how.attempts = 1;
  for (auto const& c : cases) {
    hostile_server server({c.what});
    client api(io.get_executor(), partner_at(server.url()), how);
    auto const got = get(api);
    ASSERT_FALSE(got) << c.name;
    EXPECT_EQ(got.error().message, std::string("GET /cdrs: ") + c.message) << c.name;
  }
}

TEST_F(client_test, reads_a_grant_behind_a_byte_order_mark) {
  hostile_server server(
      {answering({http_answer(200, "\xef\xbb\xbf{\"tokens\":{\"access_token\":\"abcdefgh\"}}"),
                  interim + http_answer(200, body)})});
  client api(io.get_executor(), partner_with_login(server.url()), how);
  auto const got = get(api);
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_THAT(server.requests().back(), HasSubstr("Bearer abcdefgh"));
}

}  // namespace
}  // namespace vobiz::api
