#include <boost/asio/co_spawn.hpp>

#include "fixture.hpp"
#include "support/cancellable.hpp"

// Login and token renewal, seen from the server.
namespace vobiz::api {
namespace {

using support::answering;
using support::conversation;
using support::hostile_server;
using support::http_answer;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::string granted(std::string const& token, std::string const& life = "3600") {
  return http_answer(200, R"({"tokens":{"access_token":")" + token +
                              R"(","token_type":"Bearer","expires_in":)" + life + "}}");
}

std::string const fine = http_answer(200, "{}");
std::string const expired =
    http_answer(401, R"({"error":{"code":"TOKEN_EXPIRED","message":"token expired"}})");

struct login_flow : client_test {
  // Each request as "METHOD path token".
  static std::vector<std::string> seen(hostile_server const& server) {
    std::vector<std::string> result;
    for (auto const& text : server.requests()) {
      auto line = text.substr(0, text.find(" HTTP/"));
      static constexpr std::string_view bearer = "Authorization: Bearer ";
      if (auto const at = text.find(bearer); at != std::string::npos) {
        line += ' ' + text.substr(at + bearer.size(), text.find("\r\n", at) - at - bearer.size());
      }
      result.push_back(line);
    }
    return result;
  }
};

TEST_F(login_flow, logs_in_once_and_uses_the_token) {
  hostile_server server({answering({granted("token-01"), fine})});
  client api(io.get_executor(), partner_with_login(server.url("/api")), how);
  ASSERT_TRUE(get(api));
  ASSERT_TRUE(get(api));
  EXPECT_THAT(seen(server),
              ElementsAre("POST /api/login", "GET /api/cdrs token-01", "GET /api/cdrs token-01"));
  EXPECT_THAT(server.requests()[0],
              testing::EndsWith("Content-Type: application/json\r\nContent-Length: 57\r\n\r\n"
                                R"({"email":"ops@example.com","password":"password-of-acme"})"));
  EXPECT_EQ(api.stats().logins, 1);
  EXPECT_EQ(api.stats().requests, 3);
}

TEST_F(login_flow, shares_one_login) {
  hostile_server server({answering({granted("token-01"), fine})});
  client api(io.get_executor(), partner_with_login(server.url()), how);
  int ended = 0;
  for (int number = 0; number < 4; ++number) {
    boost::asio::co_spawn(
        io, api.get(request{"/cdrs", {}, {}}),
        [&](std::exception_ptr error, result<answer> got) { ended += !error && got ? 1 : 0; });
  }
  io.run_for(std::chrono::minutes(1));
  EXPECT_EQ(ended, 4);
  EXPECT_EQ(api.stats().logins, 1);
  EXPECT_EQ(api.stats().requests, 5);
}

TEST_F(login_flow, shares_one_refusal) {
  hostile_server server({answering({http_answer(401, R"({"error":"wrong password"})")})});
  client api(io.get_executor(), partner_with_login(server.url()), how);
  std::vector<std::string> messages;
  for (int number = 0; number < 3; ++number) {
    boost::asio::co_spawn(io, api.get(request{"/cdrs", {}, {}}),
                          [&](std::exception_ptr, result<answer> got) {
                            messages.push_back(got ? "" : got.error().message);
                          });
  }
  io.run_for(std::chrono::minutes(1));
  auto const same = "GET /cdrs: POST /login: 401 \"wrong password\"";
  EXPECT_THAT(messages, ElementsAre(same, same, same));
  EXPECT_THAT(seen(server), ElementsAre("POST /login"));
}

TEST_F(login_flow, renews_after_four_fifths_of_the_life) {
  auto now = std::chrono::steady_clock::now();
  how.now = [&] { return now; };
  hostile_server server(
      {answering({granted("token-01", "100"), fine, fine, granted("token-02", "100"), fine})});
  client api(io.get_executor(), partner_with_login(server.url()), how);
  ASSERT_TRUE(get(api));
  now += std::chrono::seconds(79);
  ASSERT_TRUE(get(api));
  now += std::chrono::seconds(1);
  ASSERT_TRUE(get(api));
  EXPECT_THAT(seen(server), ElementsAre("POST /login", "GET /cdrs token-01", "GET /cdrs token-01",
                                        "POST /login", "GET /cdrs token-02"));
}

TEST_F(login_flow, goes_on_with_a_living_token_when_renewal_fails_for_now) {
  auto now = std::chrono::steady_clock::now();
  how.now = [&] { return now; };
  hostile_server server({answering({granted("token-01", "100"), fine, http_answer(503, ""), fine,
                                    fine, granted("token-02", "100"), fine})});
  client api(io.get_executor(), partner_with_login(server.url()), how);
  ASSERT_TRUE(get(api));
  now += std::chrono::seconds(80);
  ASSERT_TRUE(get(api));
  now += std::chrono::seconds(9);
  ASSERT_TRUE(get(api));
  now += std::chrono::seconds(1);
  ASSERT_TRUE(get(api));
  EXPECT_THAT(seen(server),
              ElementsAre("POST /login", "GET /cdrs token-01", "POST /login", "GET /cdrs token-01",
                          "GET /cdrs token-01", "POST /login", "GET /cdrs token-02"));
}

TEST_F(login_flow, logs_in_again_once_when_the_token_is_refused) {
  hostile_server server(
      {answering({granted("token-01"), fine, expired, granted("token-02"), fine})});
  how.attempts = 1;
  client api(io.get_executor(), partner_with_login(server.url()), how);
  ASSERT_TRUE(get(api));
  auto const got = get(api);
  ASSERT_TRUE(got) << "a new login is not an attempt: " << got.error().message;
  EXPECT_THAT(seen(server), ElementsAre("POST /login", "GET /cdrs token-01", "GET /cdrs token-01",
                                        "POST /login", "GET /cdrs token-02"));
  EXPECT_THAT(log(),
              HasSubstr("info partner \"acme\": GET /cdrs: 401 TOKEN_EXPIRED \"token expired\""
                        ": logging in again"));
  EXPECT_EQ(api.stats().logins, 2);
}

TEST_F(login_flow, gives_up_when_a_new_token_is_refused_too) {
  hostile_server server({answering({granted("token-01"), expired, granted("token-02"), expired})});
  client api(io.get_executor(), partner_with_login(server.url()), how);
  auto const got = get(api);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().kind, problem_kind::unauthorized);
  EXPECT_EQ(got.error().message, "GET /cdrs: 401 TOKEN_EXPIRED \"token expired\"");
  EXPECT_EQ(server.requests().size(), 4);
  EXPECT_THAT(log(), HasSubstr("error hint: check email and password of partner \"acme\""));
}

TEST_F(login_flow, calls_every_refused_login_unauthorized) {
  for (int const status : {400, 401, 403, 404, 422}) {
    hostile_server server({answering({http_answer(status, R"({"error":"no"})")})});
    client api(io.get_executor(), partner_with_login(server.url()), how);
    auto const got = get(api);
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().kind, problem_kind::unauthorized) << status;
    EXPECT_EQ(server.requests().size(), 1) << status;
  }
}

TEST_F(login_flow, repeats_a_login_that_fails_for_now) {
  hostile_server server({answering({http_answer(500, ""), http_answer(200, "<html>"),
                                    http_answer(200, "{}"), granted("token-01"), fine})});
  client api(io.get_executor(), partner_with_login(server.url()), how);
  auto const got = get(api);
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(api.stats().retries, 3);
  EXPECT_THAT(log(), HasSubstr("GET /cdrs: POST /login: 500 without a message: attempt 2 of 5"));
  EXPECT_THAT(log(), HasSubstr("POST /login: 200 without a usable tokens.access_token: attempt 4"));
}

TEST_F(login_flow, shows_no_password_and_no_token) {
  hostile_server server(
      {answering({http_answer(500, R"({"error":"password-of-acme?"})"), granted("jwt-of-acme"),
                  http_answer(500, R"({"error":"Authorization: Bearer jwt-of-acme"})"),
                  http_answer(400, R"({"error":"Authorization: Bearer jwt-of-acme"})")})});
  client api(io.get_executor(), partner_with_login(server.url()), how);
  auto const got = get(api);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().message, "GET /cdrs: 400 \"Authorization: ***\", after 3 attempts");
  EXPECT_THAT(log(), Not(HasSubstr("jwt-of-acme")));
  EXPECT_THAT(log(), Not(HasSubstr("password-of-acme")));
}

TEST_F(login_flow, hands_the_login_on_when_the_one_who_does_it_is_cancelled) {
  std::atomic<bool> asked = false;
  hostile_server server({[&](conversation& talk) {
                           talk.read_request();
                           asked = true;
                           talk.wait_for_close();
                         },
                         answering({granted("token-01"), fine})});
  client api(io.get_executor(), partner_with_login(server.url()), how);
  support::cancellable<result<answer>> first(io, api.get(request{"/first", {}, {}}));
  io.poll();
  support::cancellable<result<answer>> second(io, api.get(request{"/second", {}, {}}));
  first.run_until([&] { return asked.load(); });
  first.cancel();
  second.run_to_end();
  EXPECT_TRUE(first.aborted());
  ASSERT_TRUE(second.value() && *second.value());
  EXPECT_THAT(seen(server), ElementsAre("POST /login", "POST /login", "GET /second token-01"));
}

}  // namespace
}  // namespace vobiz::api
