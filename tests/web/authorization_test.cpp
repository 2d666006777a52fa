#include "web/authorization.hpp"

#include <gtest/gtest.h>

namespace vobiz::web {
namespace {

constexpr auto token = "CANARY_HTTP_TOKEN";

TEST(authorization, takes_the_token_as_bearer) {
  EXPECT_TRUE(carries_token("Bearer CANARY_HTTP_TOKEN", token));
  EXPECT_TRUE(carries_token("bearer   CANARY_HTTP_TOKEN", token));
  EXPECT_TRUE(carries_token("BEARER CANARY_HTTP_TOKEN", token));
}

TEST(authorization, takes_the_token_as_the_password_of_any_user) {
  // prometheus:CANARY_HTTP_TOKEN, :CANARY_HTTP_TOKEN, u:CANARY_HTTP_TOKEN (padding of 0, 0 and 2)
  EXPECT_TRUE(carries_token("Basic cHJvbWV0aGV1czpDQU5BUllfSFRUUF9UT0tFTg==", token));
  EXPECT_TRUE(carries_token("basic OkNBTkFSWV9IVFRQX1RPS0VO", token));
  EXPECT_TRUE(carries_token("BASIC dTpDQU5BUllfSFRUUF9UT0tFTg==", token));
}

TEST(authorization, takes_nothing_else) {
  for (auto const* wrong :
       {"", "Bearer", "Bearer ", "Bearer CANARY_HTTP_TOKE", "Bearer CANARY_HTTP_TOKEN2",
        "Bearer canary_http_token", "Basic", "Basic ", "Basic ====", "Basic CANARY_HTTP_TOKEN",
        // CANARY_HTTP_TOKEN without a user's colon; CANARY_HTTP_TOKEN: (as the user)
        "Basic Q0FOQVJZX0hUVFBfVE9LRU4=", "Basic Q0FOQVJZX0hUVFBfVE9LRU46",
        // More padding than text: OpenSSL ignores white space.
        "Basic \t\t\t\t====", "Basic not*base64*here!", "Digest CANARY_HTTP_TOKEN",
        "CANARY_HTTP_TOKEN", "[earer CANARY_HTTP_TOKEN"}) {
    EXPECT_FALSE(carries_token(wrong, token)) << wrong;
  }
}

}  // namespace
}  // namespace vobiz::web
