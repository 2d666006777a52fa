#include "error_body.hpp"

#include <gtest/gtest.h>

namespace vobiz::api {
namespace {

TEST(error_body, reads_every_shape_in_use) {
  struct {
    char const* body;
    char const* message;
    char const* code;
    char const* retry_after;
    char const* request_id;
  } const cases[] = {
      {R"({"status":"error","error":{"code":"RATE_LIMITED","message":"slow down",
           "details":{"retryAfter":7}},"timestamp":"2026-01-31T00:00:00Z","requestId":"req_1"})",
       "slow down", "RATE_LIMITED", "7", "req_1"},
      {R"({"error":{"code":401,"message":"invalid token"}})", "invalid token", "", "", ""},
      {R"({"error":"not_found","message":"no such account"})", "no such account", "not_found", "",
       ""},
      {R"({"error":"text only"})", "text only", "", "", ""},
      {R"({"error":{"code":"ONLY_A_CODE"}})", "ONLY_A_CODE", "", "", ""},
      {R"({"message":"bare"})", "bare", "", "", ""},
      {R"({"error":{"message":"m","details":{"retryAfter":"1.5"},"requestId":"req_2"}})", "m", "",
       "1.5", "req_2"},
      {R"({"error":null,"message":null})", "", "", "", ""},
      // A sentence as a code is none.
      {R"({"message":"m","code":"two words"})", "m", "", "", ""},
  };
  for (auto const& c : cases) {
    auto const got = read_error(c.body, "application/json");
    EXPECT_EQ(got.message, c.message) << c.body;
    EXPECT_EQ(got.code, c.code) << c.body;
    EXPECT_EQ(got.retry_after, c.retry_after) << c.body;
    EXPECT_EQ(got.request_id, c.request_id) << c.body;
  }
}

TEST(error_body, quotes_nothing_else) {
  for (auto const* body :
       {R"([{"auth_token":"CANARY"}])", R"({"accounts":[{"auth_token":"CANARY"},)",
        R"({"error":[1],"message":{"a":"CANARY"}})", R"({"error":{"message":["CANARY"]}})",
        R"({"message":12345678})", "<!DOCTYPE html><title>CANARY</title>", "upstream: CANARY",
        R"("CANARY")", R"({"error":)", "\x1f\x8b\x01\xff"}) {
    auto const got = read_error(body, "text/plain");
    EXPECT_EQ(got.message + got.code + got.retry_after + got.request_id, "") << body;
    EXPECT_EQ(got.form,
              "a text/plain body of " + std::to_string(std::string_view(body).size()) + " bytes");
  }
  auto const large = R"({"message":"m","x":")" + std::string(70'000, 'x') + "\"}";
  EXPECT_EQ(read_error(large, "").message, "") << "more than an error has to say";
}

TEST(error_body, names_only_types_that_are_known) {
  struct {
    char const* type;
    char const* form;
  } const cases[] = {
      {"text/plain; charset=utf-8", "a text/plain body of 1 byte"},
      {"Application/JSON", "an application/json body of 1 byte"},
      {"text/CANARY", "a body of 1 byte"},
      {"CANARY", "a body of 1 byte"},
      {"", "a body of 1 byte"},
  };
  for (auto const& c : cases) EXPECT_EQ(read_error("x", c.type).form, c.form);
  EXPECT_EQ(read_error("", "text/plain").form, "");
  EXPECT_EQ(read_error(" \r\n", "text/plain").form, "");
}

}  // namespace
}  // namespace vobiz::api
