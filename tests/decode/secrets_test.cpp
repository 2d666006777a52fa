#include "vobiz/decode/secrets.hpp"

#include <gtest/gtest.h>

#include <array>

namespace vobiz::decode {
namespace {

TEST(secrets, are_known_by_name_in_every_spelling) {
  for (auto const* name :
       {"auth_token", "access_token", "refresh_token", "token", "password", "secret", "api_key",
        "api_secret", "authorization", "AUTH_TOKEN", "authToken", "X-Auth-Token", "api-key",
        "webhook_secret", "smtp_password", "Authorization", "_token"}) {
    EXPECT_TRUE(is_secret(name)) << name;
  }
}

TEST(secrets, are_not_what_only_speaks_of_them) {
  for (auto const* name : {"", "_", "auth_id", "token_type", "tokens", "password_changed_at",
                           "api_id", "key", "requires_authorization", "name"}) {
    EXPECT_FALSE(is_secret(name)) << name;
  }
}

TEST(secrets, can_be_declared) {
  std::array<std::string_view, 1> const declared{"pin"};
  EXPECT_TRUE(is_secret("pin", declared));
  EXPECT_FALSE(is_secret("pin"));
  EXPECT_FALSE(is_secret("spin", declared));
}

}  // namespace
}  // namespace vobiz::decode
