#include "vobiz/decode/secrets.hpp"

#include <gtest/gtest.h>

#include <array>

namespace vobiz::decode {
namespace {

TEST(secrets, are_known_by_name_in_every_spelling) {
  for (auto const* name : {"auth_token",
                           "access_token",
                           "refresh_token",
                           "token",
                           "password",
                           "secret",
                           "api_key",
                           "api_secret",
                           "authorization",
                           "AUTH_TOKEN",
                           "authToken",
                           "X-Auth-Token",
                           "api-key",
                           "webhook_secret",
                           "smtp_password",
                           "Authorization",
                           "_token",
                           "auth_tokens",
                           "tokens",
                           "AuthToken",
                           "secret_key",
                           "private_key",
                           "apiKeys",
                           "APIKey",
                           "APIKEYS",
                           "passwd",
                           "pwd",
                           "db_pass",
                           "passphrase",
                           "jwt",
                           "jwtToken",
                           "accessKey",
                           "secretAccessKey",
                           "aws_access_key_id",
                           "client-secret",
                           "clientsecret",
                           "bearer",
                           "pin",
                           "mpin",
                           "upi_pin",
                           "pin_number",
                           "PIN",
                           "otp",
                           "otp_code",
                           "totpSeed",
                           "credentials",
                           "creds",
                           "signature",
                           "x-hub-signature-256",
                           "session_cookie",
                           "Set-Cookie",
                           "cookies",
                           "session_key",
                           "signing_key",
                           "encryptionKey",
                           "license_key",
                           "verification_code",
                           "recoveryCodes",
                           "password_hash",
                           "token_value",
                           "token2",
                           "oauth2-token",
                           "to_ken",
                           "sip_password",
                           "basic_auth",
                           "auth",
                           "hmac",
                           "psk",
                           "cvv",
                           "connectionString",
                           "seed_phrase",
                           "proxy-authorization",
                           "secret.value",
                           "privateKeyPem",
                           "smtp_pw",
                           "reset_token",
                           "password_reset_url",
                           "csrf",
                           "SSH_PRIVATE_KEY"}) {
    EXPECT_TRUE(is_secret(name)) << name;
  }
}

TEST(secrets, are_not_what_only_speaks_of_them) {
  for (auto const* name :
       {"", "_", "1", "auth_id", "account_auth_id", "api_id", "key", "keys", "name",
        // Kinds, times, counts and flags.
        "token_type", "tokenType", "token_expires_at", "token_count", "access_token_expires_in",
        "password_changed_at", "password_set", "secret_version", "pin_set", "otp_verified",
        "requires_authorization", "has_secret", "hasPassword", "is_token", "max_tokens",
        "requiresAuth", "use_jwt", "authorization_status", "api_key_name", "api_keys_count",
        // Other words.
        "author", "authorId", "authorized_at", "authority", "tokenized_at", "tokenization",
        "pincode", "pin_code", "PinCode", "pin_codes", "spin", "opinion", "shipping", "pinned",
        "key_figures", "public_key", "primary_key", "foreign_key", "row_key", "monkey", "turkey",
        "keyword", "secretary", "signed_at", "design", "signal", "bearer_capability",
        "cookie_policy", "passed", "passenger", "bypass", "compass", "hangup_code", "country_code",
        "sip_code", "codec", "sequence", "description", "connection_id", "string", "session_id",
        "request_id", "total_cost", "created_at", "caller_number", "captcha_score", "pass_through",
        "cost"}) {
    EXPECT_FALSE(is_secret(name)) << name;
  }
}

TEST(secrets, stand_in_names_too) {
  for (auto const* name : {"auth_token=CANARY_VALUE", "X-Auth-Token: CANARY_VALUE",
                           "Bearer CANARY_VALUE", "note password=CANARY_VALUE"}) {
    EXPECT_TRUE(is_secret(name)) << name;
  }
  for (auto const* name : {"calls per day", "cost (INR)", "a/b", "50%", "e-mail", "naïve"}) {
    EXPECT_FALSE(is_secret(name)) << name;
  }
}

TEST(secrets, can_be_declared) {
  std::array<std::string_view, 1> const declared{"widget_url"};
  EXPECT_TRUE(is_secret("widget_url", declared));
  EXPECT_FALSE(is_secret("widget_url"));
  EXPECT_FALSE(is_secret("the_widget_url", declared));
}

}  // namespace
}  // namespace vobiz::decode
