#include "login.hpp"

#include <gtest/gtest.h>

namespace vobiz::api {
namespace {

TEST(login, writes_the_credentials_as_json) {
  config::login who;
  who.email = "ops@example.com";
  who.password = core::secret("pass\"word\n");
  EXPECT_EQ(login_body(who), R"({"email":"ops@example.com","password":"pass\"word\n"})");
}

TEST(login, reads_a_token_and_its_life) {
  auto const got = read_grant(
      R"({"tokens":{"access_token":"abc.defg","token_type":"Bearer","expires_in":3600}})");
  ASSERT_TRUE(got);
  EXPECT_EQ(got->token, "abc.defg");
  EXPECT_EQ(got->expires_in, std::chrono::hours(1));
  using opt = std::optional<std::chrono::seconds>;
  struct {
    char const* value;
    opt life;
  } const cases[] = {
      {"\"60\"", std::chrono::seconds(60)},
      {"0", std::nullopt},
      {"-1", std::nullopt},
      {"null", std::nullopt},
      {"\"x\"", std::nullopt},
      {"1e300", std::chrono::hours(24 * 365)},
  };
  for (auto const& c : cases) {
    auto const body =
        std::string(R"({"tokens":{"access_token":"abcdefgh","expires_in":)") + c.value + "}}";
    auto const read = read_grant(body);
    ASSERT_TRUE(read) << body;
    EXPECT_EQ(read->expires_in, c.life) << body;
  }
}

TEST(login, takes_no_token_that_a_header_cannot_carry) {
  for (auto const* body :
       {"", "[]", "{}", R"({"tokens":[]})", R"({"tokens":{}})", R"({"tokens":{"access_token":1}})",
        R"({"tokens":{"access_token":""}})", R"({"tokens":{"access_token":"abcdefgh\r\nX: y"}})",
        R"({"tokens":{"access_token":"abcdefgh i"}})", R"({"tokens":{"access_token":"abcdefghé"}})",
        R"({"tokens":{"access_token":"abcdefg"}})"}) {
    EXPECT_FALSE(read_grant(body)) << body;
  }
}

}  // namespace
}  // namespace vobiz::api
