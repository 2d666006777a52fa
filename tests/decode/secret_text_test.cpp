#include "vobiz/decode/secret_text.hpp"

#include <gtest/gtest.h>

namespace vobiz::decode {
namespace {

struct example {
  char const* text;
  char const* shown;
};

TEST(secret_text, loses_what_stands_behind_a_name_of_a_secret) {
  example const cases[] = {
      {"auth_token=CANARY_1", "auth_token=***"},
      {"panic: X-Auth-Token: CANARY_1 auth_token=CANARY_2 x=1",
       "panic: X-Auth-Token: *** auth_token=*** x=1"},
      {"Authorization: Bearer CANARY_1", "Authorization: ***"},
      {"Authorization: Digest username=\"u\", response=\"CANARY_1\"\nX: y",
       "Authorization: ***\nX: y"},
      {"Cookie: a=CANARY_1; b=CANARY_2", "Cookie: ***"},
      {R"({"auth_token":"CANARY_1","name":"x"})", R"({"auth_token":"***","name":"x"})"},
      {R"({"auth_token" : "CAN\"ARY_1","name":"x"})", R"({"auth_token" : "***","name":"x"})"},
      {"{\"auth_token\":\n  \"CANARY_1\"}", "{\"auth_token\":\n  \"***\"}"},
      {R"({"auth_token":"CANARY_1)", R"({"auth_token":"***)"},
      {R"(body: {\"auth_token\":\"CANARY_1\",\"a\":1})",
       R"(body: {\"auth_token\":\"***\",\"a\":1})"},
      {R"({\"a\":\"{\\\"apiKeys\\\":[\\\"CANARY_1\\\"]}\"})",
       R"({\"a\":\"{\\\"apiKeys\\\":***}\"})"},
      {R"(\"auth_token\":\"x\\\"CANARY_1\")", R"(\"auth_token\":\"***\")"},
      {R"(\u0022auth_token\u0022:\u0022CANARY_1\u0022)",
       R"(\u0022auth_token\u0022:\u0022***\u0022)"},
      {"{'jwt': 'CANARY_1'}", "{'jwt': '***'}"},
      {"credentials: {a: CANARY_1, b: [CANARY_2]} end", "credentials: *** end"},
      {"credentials: {a: CANARY_1", "credentials: ***"},
      {"https://x.example/a?token=CANARY_1&page=2", "https://x.example/a?token=***&page=2"},
      {"auth_token%3DCANARY_1", "auth_token%3D***"},
      {"%22auth_token%22%3A%22CANARY_1%22", "%22auth_token%22%3A%22***%22"},
      {"data[auth_token]=CANARY_1", "data[auth_token]=***"},
      {"&quot;secret_key&quot;:&quot;CANARY_1&quot;", "&quot;secret_key&quot;:&quot;***&quot;"},
      {"<auth_token>CANARY_1</auth_token>", "<auth_token>***</auth_token>"},
      {":auth_token => \"CANARY_1\"", ":auth_token => \"***\""},
      {"api key: CANARY_1", "api key: ***"},
      {"pin=1234", "pin=***"},
  };
  for (auto const& c : cases) EXPECT_EQ(without_secrets(c.text), c.shown) << c.text;
}

TEST(secret_text, loses_what_has_no_name) {
  example const cases[] = {
      {"bad token CANARY_12 of acme", "bad token *** of acme"},
      {"invalid API key sk_live_12345678.", "invalid API key ***."},
      {"Bearer 'abcDEF123456' refused", "Bearer '***' refused"},
      {"Basic dXNlcjpDQU5BUlk=", "Basic ***"},
      {"got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln for x", "got *** for x"},
      {"postgresql://user:CANARY_1@db/x", "postgresql://***@db/x"},
      {"key -----BEGIN RSA PRIVATE KEY-----\nCANARY_1\n-----END RSA PRIVATE KEY----- end",
       "key *** end"},
      {"key -----BEGIN PRIVATE KEY----- CANARY_1", "key ***"},
      {"for 0123456789abcdef0123456789abcdef", "for ***"},
  };
  for (auto const& c : cases) EXPECT_EQ(without_secrets(c.text), c.shown) << c.text;
}

TEST(secret_text, keeps_every_word_of_an_ordinary_message) {
  for (auto const* text : {"SIMULATED outage",
                           "invalid token",
                           "invalid token: expired",
                           "the token is missing",
                           "token: invalid",
                           "password must not be empty",
                           "Authorization: missing",
                           "X-Auth-Token header missing",
                           "no such account MA_EXAMPLE1",
                           "per_page too large: 500 > 100",
                           "call 4cd3a7c2-eca5-442a-8403-12492e7de9b3 is not known",
                           "TOKEN_EXPIRED",
                           "INVALID_TOKEN",
                           "basic authentication required",
                           "Bearer authentication required",
                           "author: somebody",
                           "pin_code: 560001",
                           "slow down: 5 requests per second",
                           "see https://docs.example/errors#401",
                           "upstream timed out (110: Connection timed out) at 2026-11-28T10:00:00Z",
                           "{\"cost\":\"n/a\"}",
                           "GET /api/v1/partner/accounts/MA_EXAMPLE1/cdrs",
                           "a",
                           ""}) {
    EXPECT_EQ(without_secrets(text), text);
  }
}

TEST(secret_text, of_a_row_loses_only_members_of_json) {
  example const cases[] = {
      {R"({"auth_token":"CANARY_1","n":1})", R"({"auth_token":"***","n":1})"},
      {R"(dump: [{"pin":1234,"x":[{"jwt":"CANARY_1"}]}] end)",
       R"(dump: [{"pin":null,"x":[{"jwt":"***"}]}] end)"},
      {R"({"credentials":{"a":"CANARY_1"},"b":2})", R"({"credentials":null,"b":2})"},
      {R"({"auth_token=CANARY_1":"CANARY_2","n":1})", R"({"***":"***","n":1})"},
      {R"({"auth_token":"CANARY_1)", R"({"auth_token":"***)"},
      {R"({"a":"{\"auth_token\":\"CANARY_1\"}"})", R"({"a":"{\"auth_token\":\"***\"}"})"},
  };
  for (auto const& c : cases) EXPECT_EQ(without_secret_members(c.text), c.shown) << c.text;
  for (auto const* text : {"PIN: 560001 {Bengaluru}", "token: a1b2c3d4", "{\"token_type\":\"x\"}",
                           "{\"name\":\"Bearer of 0123456789abcdef0123456789abcdef\"}", "{", ""}) {
    EXPECT_EQ(without_secret_members(text), text);
  }
}

// It reads what a stranger wrote.
TEST(secret_text, takes_any_text) {
  for (auto const* text :
       {"token",       "token=",     "token:", "token=\"", "token=\\", "token=\\\"",
        "token%3",     "token[",     "<token", "<token>",  "://",      "://@",
        "x://user@",   "-----BEGIN", "\\",     "\"",       "eyJ",      "token {",
        "token: {{{{", "token: ]]",  "%",      "&quot;"}) {
    EXPECT_LE(without_secrets(text).size(), std::string_view(text).size() + 8) << text;
    EXPECT_LE(without_secret_members(text).size(), std::string_view(text).size() + 8) << text;
  }
}

}  // namespace
}  // namespace vobiz::decode
