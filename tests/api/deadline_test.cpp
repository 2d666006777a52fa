#include <boost/asio/ip/tcp.hpp>
#include <thread>

#include "fixture.hpp"

// A deadline holds for every server: one that is silent, one that drips, and one that always has
// bytes ready, so that no read ever waits.
namespace vobiz::api {
namespace {

using std::chrono::milliseconds;
using support::certificates;
using support::conversation;
using support::hostile_server;
using support::script;
using testing::EndsWith;

std::string const chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

// Sends `first`, then `again` until the client has gone.
script floods(std::string first, std::string again) {
  return [first, again](conversation& talk) {
    if (!talk.read_request()) return;
    talk.send(first);
    while (talk.send(again)) {
    }
  };
}

// The same, with pauses.
script drips(std::string first, std::string again) {
  return [first, again](conversation& talk) {
    if (!talk.read_request()) return;
    talk.send(first);
    while (!talk.closed_within(milliseconds(3)) && talk.send(again)) {
    }
  };
}

std::string repeated(std::string const& text, int times) {
  std::string result;
  for (int i = 0; i < times; ++i) result += text;
  return result;
}

struct endless {
  char const* name;
  script what;
  char const* bound = "";  // which a fast machine may reach before the deadline
};

std::vector<endless> const endless_answers{
    {"silence", drips("", "")},
    {"a field that drips", drips("HTTP/1.1 200 OK\r\nX: ", "x")},
    {"fields that drip", drips("HTTP/1.1 200 OK\r\n", "X: y\r\n")},
    {"interim answers that drip", drips("", "HTTP/1.1 100 Continue\r\n\r\n"),
     "header limit exceeded [beast.http:8]"},
    {"a body that drips", drips("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", "x")},
    {"chunks that drip", drips(chunked, "1\r\n \r\n")},
    {"an extension that drips", drips(chunked + "1;", "a")},
    {"trailers that drip", drips(chunked + "0\r\n", "X: y\r\n")},
    {"a body without end", floods("HTTP/1.1 200 OK\r\n\r\n", repeated("1,", 500))},
    {"tiny chunks without end", floods(chunked, repeated("1\r\n \r\n", 100)),
     "more than 1000000 chunks [answer:3]"},
    {"chunks without end", floods(chunked, "1000\r\n" + std::string(4096, ' ') + "\r\n")},
};

class endless_answer : public client_test, public testing::WithParamInterface<bool> {};

INSTANTIATE_TEST_SUITE_P(tls, endless_answer, testing::Bool());

TEST_P(endless_answer, ends_with_its_deadline) {
  for (auto const& c : endless_answers) {
    hostile_server server({c.what},
                          GetParam() ? std::optional(certificates::shared().good()) : std::nullopt);
    auto partner = partner_at(server.url());
    partner.timeouts.response = milliseconds(150);
    // Larger than what comes until then.
    partner.max_response = 64ull << 30;
    how.attempts = 1;
    client api(io.get_executor(), partner, how);
    auto const got = get(api);
    ASSERT_FALSE(got) << c.name;
    auto const in_time = EndsWith(" within 0.15 s");
    if (c.bound == std::string()) {
      EXPECT_THAT(got.error().message, in_time) << c.name;
    } else {
      EXPECT_THAT(got.error().message, testing::AnyOf(in_time, EndsWith(c.bound))) << c.name;
    }
  }
}

// Sends bytes instead of a handshake, slowly.
TEST_F(client_test, a_handshake_that_drips_ends_with_its_deadline) {
  // The beginning of a record of TLS that never ends: a server hello of 16 KiB.
  std::string const record = {0x16, 0x03, 0x03, 0x40, 0x00, 0x02, 0x00, 0x3f, '\xfc'};
  hostile_server server({[&](conversation& talk) {
    talk.send(record);
    // What the client has said stays unread, so a poll would not wait.
    while (talk.send("\x03")) std::this_thread::sleep_for(milliseconds(3));
  }});
  auto partner = partner_at("https://127.0.0.1:" + std::to_string(server.port()));
  partner.timeouts.connect = milliseconds(150);
  how.attempts = 1;
  client api(io.get_executor(), partner, how);
  EXPECT_THAT(get(api).error().message,
              testing::AllOf(testing::StartsWith("GET /cdrs: no TLS handshake with "),
                             EndsWith(" within 0.15 s")));
}

TEST_F(client_test, a_proxy_that_drips_ends_with_its_deadline) {
  for (auto const* first : {"", "HTTP/1.1 200 OK\r\nX: "}) {
    hostile_server proxy({drips(first, first == std::string() ? "" : "x")});
    auto partner = partner_at("https://api.example.com");
    partner.proxy.emplace().url = proxy.url();
    partner.timeouts.connect = milliseconds(150);
    how.attempts = 1;
    client api(io.get_executor(), partner, how);
    EXPECT_THAT(get(api).error().message,
                testing::AllOf(testing::StartsWith("GET /cdrs: no answer from proxy "),
                               EndsWith(" within 0.15 s")));
  }
}

TEST_F(client_test, a_log_in_has_the_deadline_of_a_request) {
  for (auto const& c : endless_answers) {
    hostile_server server({c.what});
    auto partner = partner_with_login(server.url());
    partner.timeouts.response = milliseconds(150);
    how.attempts = 1;
    client api(io.get_executor(), partner, how);
    auto const got = get(api);
    ASSERT_FALSE(got) << c.name;
    EXPECT_THAT(got.error().message, testing::HasSubstr("POST /login: ")) << c.name;
  }
}

TEST_F(client_test, a_log_in_has_a_small_answer) {
  auto const token = std::string(9 << 10, 'x');
  struct {
    std::string body;
    char const* message;
  } const cases[] = {
      {std::string(100 << 10, ' '), "POST /login: answer larger than 65536 bytes"},
      {R"({"tokens":{"access_token":")" + token + R"("}})",
       "POST /login: 200 without a usable tokens.access_token"},
  };
  for (auto const& c : cases) {
    hostile_server server({support::once(support::http_answer(200, c.body))});
    how.attempts = 1;
    client api(io.get_executor(), partner_with_login(server.url()), how);
    EXPECT_THAT(get(api).error().message, EndsWith(c.message));
  }
}

}  // namespace
}  // namespace vobiz::api
