#include "fixture.hpp"
#include "support/gzip.hpp"

// Complete responses with unexpected content.
namespace vobiz::api {
namespace {

using support::answering;
using support::hostile_server;
using support::http_answer;
using testing::HasSubstr;
using testing::Not;

std::string const envelope =
    R"({"status":"error","error":{"code":"VALIDATION","message":"per_page too large"},)"
    R"("requestId":"req_123"})";

struct refusal {
  int status;
  std::string body;
  std::vector<std::string> headers;
  problem_kind kind;
  std::string message;
  bool again;
};

TEST_F(client_test, gives_each_status_its_meaning) {
  refusal const cases[] = {
      {301,
       "moved to https://x.example/?token=abc",
       {"Location: https://x.example/?token=abc"},
       problem_kind::bad_request,
       "301 redirects are not followed: check base_url",
       false},
      {302,
       "",
       {"Location: /login", "X-Request-ID: r9"},
       problem_kind::bad_request,
       "302 redirects are not followed: check base_url [request r9]",
       false},
      {304,
       "",
       {},
       problem_kind::bad_request,
       "304 redirects are not followed: check base_url",
       false},
      {400, R"({"error":"bad date"})", {}, problem_kind::bad_request, "400 \"bad date\"", false},
      {401,
       R"({"error":{"code":401,"message":"invalid token"}})",
       {},
       problem_kind::unauthorized,
       "401 \"invalid token\"",
       false},
      {403,
       R"({"error":"forbidden","message":"no CDRs for you"})",
       {},
       problem_kind::forbidden,
       "403 forbidden \"no CDRs for you\"",
       false},
      {404, "", {}, problem_kind::not_found, "404 without a message", false},
      {409, "{}", {}, problem_kind::bad_request, "409 with a body of 2 bytes", false},
      {422,
       envelope,
       {},
       problem_kind::bad_request,
       "422 VALIDATION \"per_page too large\" [request req_123]",
       false},
      {422,
       envelope,
       {"X-Request-ID: from_header"},
       problem_kind::bad_request,
       "422 VALIDATION \"per_page too large\" [request from_header]",
       false},
      {501, "", {}, problem_kind::unsupported, "501 without a message", false},
      {204, "", {}, problem_kind::unavailable, "204 where only 200 has an answer in it", true},
      {408, "", {}, problem_kind::unavailable, "408 without a message", true},
      {500, R"({"error":"boom"})", {}, problem_kind::unavailable, "500 \"boom\"", true},
      {502,
       "<html><head><title>502 Bad Gateway</title>",
       {},
       problem_kind::unavailable,
       "502 with a body of 42 bytes",
       true},
      {503,
       R"({"error":")" + std::string(500, 'x') + "\"}",
       {"Content-Type: application/json"},
       problem_kind::unavailable,
       "503 \"" + std::string(300, 'x') + "…\"",
       true},
      {503,
       R"([{"auth_token":"of a customer"}])",
       {"Content-Type: application/json", "X-Request-ID: two words"},
       problem_kind::unavailable,
       "503 with an application/json body of 32 bytes",
       true},
      {503,
       support::gzipped(envelope),
       {"Content-Encoding: gzip"},
       problem_kind::unavailable,
       "503 VALIDATION \"per_page too large\" [request req_123]",
       true},
      {503, "\x1f\x8b\x01\xff", {}, problem_kind::unavailable, "503 with a body of 4 bytes", true},
  };
  how.attempts = 2;
  for (auto const& c : cases) {
    hostile_server server({answering({http_answer(c.status, c.body, c.headers)})});
    client api(io.get_executor(), partner_at(server.url()), how);
    auto const got = get(api);
    ASSERT_FALSE(got) << c.status;
    EXPECT_EQ(got.error().message,
              "GET /cdrs: " + c.message + (c.again ? ", after 2 attempts" : ""));
    EXPECT_EQ(got.error().kind, c.kind) << c.status;
    EXPECT_EQ(got.error().status, c.status);
    EXPECT_EQ(server.requests().size(), c.again ? 2 : 1) << c.status;
  }
}

TEST_F(client_test, follows_no_redirect) {
  hostile_server elsewhere({answering({http_answer(200, "{}")})});
  hostile_server server({answering({http_answer(307, "", {"Location: " + elsewhere.url()})})});
  client api(io.get_executor(), partner_at(server.url()), how);
  EXPECT_FALSE(get(api));
  EXPECT_EQ(elsewhere.connections(), 0);
}

TEST_F(client_test, says_loudly_that_the_credentials_are_refused) {
  hostile_server server({answering({http_answer(401, R"({"error":"revoked"})")})});
  client api(io.get_executor(), partner_at(server.url()), how);
  EXPECT_FALSE(get(api));
  EXPECT_THAT(log(), HasSubstr("error partner \"acme\": the API refuses the credentials\n"
                               "error hint: check auth_id and auth_token of partner \"acme\"\n"));
}

TEST_F(client_test, asks_again_for_a_body_that_its_reader_refuses) {
  hostile_server server({answering(
      {http_answer(200, "<html>", {"X-Request-ID: r1"}), http_answer(200, "{\"data\":[]}")})});
  client api(io.get_executor(), partner_at(server.url()), how);
  auto const json = [](std::string_view body) -> decoded<std::size_t> {
    if (body.starts_with('{')) return body.size();
    return unusable{"not JSON at byte 0: " + std::string(body)};
  };
  auto const got = get(api, json);
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(*got, 11u) << "what the decoder made of the second body";
  EXPECT_THAT(log(),
              HasSubstr("warning partner \"acme\": GET /cdrs: 200 with a body that cannot be "
                        "used: not JSON at byte 0: <html> [request r1]: attempt 2 of 5 in 0 s"));
}

TEST_F(client_test, gives_up_on_bodies_that_stay_unusable) {
  hostile_server server({answering({http_answer(200, "<html>")})});
  client api(io.get_executor(), partner_at(server.url()), how);
  auto const never = [](std::string_view) -> decoded<std::string> { return unusable{"no"}; };
  auto const got = get(api, never);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().message,
            "GET /cdrs: 200 with a body that cannot be used: no, after 5 attempts");
  EXPECT_EQ(got.error().kind, problem_kind::unavailable);
  EXPECT_EQ(api.stats().requests, 5);
  EXPECT_EQ(api.stats().retries, 4);
}

TEST_F(client_test, logs_each_request_and_each_retry) {
  how.backoff_base = how.backoff_cap = std::chrono::milliseconds(8);
  how.random = [] { return 0.25; };
  hostile_server server({answering(
      {http_answer(503, R"({"error":"busy"})", {"X-Request-ID: r1"}), http_answer(200, "{}")})});
  client api(io.get_executor(), partner_at(server.url()), how);
  ASSERT_TRUE(get(api));
  EXPECT_THAT(log(), testing::ContainsRegex(
                         "^debug partner \"acme\": GET /cdrs: 503, 16 bytes, [0-9]+ ms\n"
                         "warning partner \"acme\": GET /cdrs: 503 \"busy\" \\[request r1\\]: "
                         "attempt 2 of 5 in 0.002 s\n"
                         "debug partner \"acme\": GET /cdrs: 200, 2 bytes, [0-9]+ ms\n$"));
}

TEST_F(client_test, shows_no_secret_that_a_server_echoes) {
  auto const echo =
      R"({"error":{"code":"token-of-acme","message":"bad X-Auth-Token: token-of-acme",)"
      R"("details":{}},"requestId":"token-of-acme"})";
  for (int const status : {400, 401, 403, 500}) {
    hostile_server server({answering({http_answer(status, echo)})});
    client api(io.get_executor(), partner_at(server.url()), how);
    auto const got = get(api);
    ASSERT_FALSE(got);
    EXPECT_THAT(got.error().message, HasSubstr("*** \"bad X-Auth-Token: ***\""));
  }
  hostile_server server(
      {answering({http_answer(200, "token-of-acme", {"X-Request-ID: token-of-acme"})})});
  client api(io.get_executor(), partner_at(server.url()), how);
  auto const quotes = [](std::string_view body) -> decoded<int> {
    return unusable{std::string(body)};
  };
  auto const got = get(api, quotes);
  ASSERT_FALSE(got);
  EXPECT_THAT(got.error().message, Not(HasSubstr("token-of")));
  EXPECT_THAT(log(), Not(HasSubstr("token-of")));
}

struct asked_pause {
  std::vector<std::string> headers;
  std::string body;
  std::string wait;
};

TEST_F(client_test, waits_as_long_as_the_server_asks) {
  // Pauses are cut to 3 ms; the log shows the pause that would apply.
  how.longest_pause = std::chrono::milliseconds(3);
  asked_pause const cases[] = {
      {{"Retry-After: 7"}, "", "asks for a pause of 7 s, which is too long: pausing 0.003 s"},
      {{"Retry-After: 7"},
       R"({"error":{"message":"m","details":{"retryAfter":9}}})",
       "asks for a pause of 7 s, which is too long: pausing 0.003 s"},
      {{"Date: Sat, 31 Jan 2026 10:00:00 GMT", "Retry-After: Sat, 31 Jan 2026 10:02:00 GMT"},
       "",
       "asks for a pause of 120 s, which is too long: pausing 0.003 s"},
      {{},
       R"({"error":{"message":"m","details":{"retryAfter":9}}})",
       "asks for a pause of 9 s, which is too long: pausing 0.003 s"},
      {{"Retry-After: whenever"},
       R"({"error":{"message":"m","details":{"retryAfter":"9"}}})",
       "asks for a pause of 9 s, which is too long: pausing 0.003 s"},
      {{"Retry-After: 99999999999999999999"},
       "",
       "asks for a pause of 1000000000 s, which is too long: pausing 0.003 s"},
      {{"Retry-After: 0.002"}, "", "attempt 2 of 5 in 0.002 s"},
      {{}, "", "attempt 2 of 5 in 0 s"},
  };
  for (int const status : {429, 503}) {
    for (auto const& c : cases) {
      hostile_server server(
          {answering({http_answer(status, c.body, c.headers), http_answer(200, "{}")})});
      client api(io.get_executor(), partner_at(server.url()), how);
      auto const before = log().size();
      ASSERT_TRUE(get(api));
      EXPECT_THAT(log().substr(before), HasSubstr(c.wait));
      EXPECT_EQ(api.stats().throttled, status == 429 ? 1 : 0);
    }
  }
}

}  // namespace
}  // namespace vobiz::api
