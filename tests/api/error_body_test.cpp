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
      {R"({"error":[1],"message":{"a":1}})", "", "", "", ""},
      {"<!DOCTYPE html><HTML><Title>502 Bad Gateway</TITLE></html>", "502 Bad Gateway", "", "", ""},
      {"<html></title><title>", "an HTML page", "", "", ""},
      {"  <p>x", "an HTML page", "", "", ""},
      {"upstream timed out", "upstream timed out", "", "", ""},
      {R"({"error":)", R"({"error":)", "", "", ""},
      {"[1]", "[1]", "", "", ""},
      {"", "", "", "", ""},
      {" \r\n", "", "", "", ""},
  };
  for (auto const& c : cases) {
    auto const got = read_error(c.body);
    EXPECT_EQ(got.message, c.message) << c.body;
    EXPECT_EQ(got.code, c.code) << c.body;
    EXPECT_EQ(got.retry_after, c.retry_after) << c.body;
    EXPECT_EQ(got.request_id, c.request_id) << c.body;
  }
}

}  // namespace
}  // namespace vobiz::api
