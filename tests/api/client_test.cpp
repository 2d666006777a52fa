#include "fixture.hpp"

namespace vobiz::api {
namespace {

using support::answering;
using support::hostile_server;
using support::http_answer;

TEST_F(client_test, sends_what_the_api_asks_for) {
  hostile_server server({answering({http_answer(200, "{}", {"X-Request-ID: req_7"})})});
  client api(io.get_executor(), partner_at(server.url("/api/v1/partner/")), how);
  request what{
      "/accounts/MA 1?/cdrs", {{"start_date", "2026-01-31"}, {"search", "a&b=c+d /é"}}, {}};
  auto const got = get(api, what);
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->body, "{}");
  EXPECT_EQ(got->request_id, "req_7");
  EXPECT_THAT(
      server.requests(),
      testing::ElementsAre("GET /api/v1/partner/accounts/MA%201%3F/cdrs"
                           "?start_date=2026-01-31&search=a%26b%3Dc%2Bd%20%2F%C3%A9 HTTP/1.1\r\n"
                           "Host: 127.0.0.1:" +
                           std::to_string(server.port()) +
                           "\r\n"
                           "User-Agent: vobiz-syncd/0.1.0\r\n"
                           "Accept: application/json\r\n"
                           "Accept-Encoding: gzip\r\n"
                           "X-Auth-ID: PA_EXAMPLE1\r\n"
                           "X-Auth-Token: token-of-acme\r\n\r\n"));
}

TEST_F(client_test, speaks_tls) {
  hostile_server server({answering({http_answer(200, "{}")})},
                        support::certificates::shared().good());
  client api(io.get_executor(), partner_at(server.url()), how);
  for (int time = 0; time < 3; ++time) {
    auto const got = get(api);
    ASSERT_TRUE(got) << got.error().message;
  }
  EXPECT_EQ(server.connections(), 1);
  EXPECT_EQ(api.stats().requests, 3);
}

TEST_F(client_test, asks_again_after_what_passes) {
  hostile_server server({answering({http_answer(503, ""), http_answer(200, "{}")})});
  client api(io.get_executor(), partner_at(server.url()), how);
  auto const got = get(api);
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(api.stats().retries, 1);
}

}  // namespace
}  // namespace vobiz::api
