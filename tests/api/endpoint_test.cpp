#include "endpoint.hpp"

#include <gmock/gmock.h>

#include "vobiz/api/path.hpp"
#include "vobiz/core/failure.hpp"

namespace vobiz::api {
namespace {

TEST(endpoint, is_read_from_a_base_url) {
  struct {
    char const* url;
    bool tls;
    char const* host;
    bool address;
    char const* port;
    char const* header;
    char const* prefix;
    char const* name;
  } const cases[] = {
      {"https://api.example.com", true, "api.example.com", false, "443", "api.example.com", "",
       "api.example.com:443"},
      {"https://api.example.com/api/v1/partner//", true, "api.example.com", false, "443",
       "api.example.com", "/api/v1/partner", "api.example.com:443"},
      {"http://127.0.0.1:8080/", false, "127.0.0.1", true, "8080", "127.0.0.1:8080", "",
       "127.0.0.1:8080"},
      {"https://[::1]:8443/x", true, "::1", true, "8443", "[::1]:8443", "/x", "[::1]:8443"},
      {"HTTP://Example.com", false, "Example.com", false, "80", "Example.com", "",
       "Example.com:80"},
  };
  for (auto const& c : cases) {
    auto const got = endpoint_of(c.url);
    EXPECT_EQ(got.tls, c.tls) << c.url;
    EXPECT_EQ(got.host, c.host) << c.url;
    EXPECT_EQ(got.host_is_address, c.address) << c.url;
    EXPECT_EQ(got.port, c.port) << c.url;
    EXPECT_EQ(got.host_header, c.header) << c.url;
    EXPECT_EQ(got.prefix, c.prefix) << c.url;
    EXPECT_EQ(got.name(), c.name) << c.url;
  }
}

TEST(endpoint, refuses_what_is_no_base) {
  struct {
    char const* url;
    char const* message;
  } const cases[] = {
      {"", "base_url \"\": not a URL"},
      {"api.example.com", "base_url \"api.example.com\": not a URL"},
      {"ftp://example.com", "base_url \"ftp://example.com\": neither https nor http"},
      {"https:///x", "base_url \"https:///x\": no host"},
      {"https://example.com/?a=1",
       "base_url \"https://example.com/?a=1\": a query or fragment has no place here"},
      {"https://example.com:99999/", "base_url \"https://example.com:99999/\": no such port"},
      {"https://user:secret@example.com", "base_url holds a user or password"},
  };
  for (auto const& c : cases) {
    try {
      endpoint_of(c.url);
      ADD_FAILURE() << c.url;
    } catch (core::failure const& error) {
      EXPECT_STREQ(error.what(), c.message);
      EXPECT_EQ(error.kind(), core::failure_kind::config_invalid);
      EXPECT_FALSE(error.hint().empty());
    }
  }
}

TEST(endpoint, encodes_what_comes_from_outside) {
  auto const base = endpoint_of("https://example.com/api/v1");
  EXPECT_EQ(target(base, "/me", {}), "/api/v1/me");
  EXPECT_EQ(target(base, "/accounts/a?b#c d%/cdrs", {}), "/api/v1/accounts/a%3Fb%23c%20d%25/cdrs");
  EXPECT_EQ(target(base, "/cdrs", {{"a b", "1+1=2&x"}, {"n", ""}}),
            "/api/v1/cdrs?a%20b=1%2B1%3D2%26x&n=");
  EXPECT_EQ(target(endpoint_of("https://example.com"), "", {}), "/");
}

TEST(endpoint, takes_every_id_as_one_segment) {
  auto const base = endpoint_of("https://example.com/v1");
  struct {
    std::string id;
    char const* sent;
  } const cases[] = {
      {"MA_EXAMPLE1", "MA_EXAMPLE1"},
      {"a/b", "a%2Fb"},
      {"../../me", "..%2F..%2Fme"},
      {"a?b=c&d", "a%3Fb%3Dc%26d"},
      {"a#b", "a%23b"},
      {"a%2Fb", "a%252Fb"},
      {"%", "%25"},
      {"%4", "%254"},
      {"{key}", "%7Bkey%7D"},
      {"a b+c;d", "a%20b%2Bc%3Bd"},
      {"a\r\nHost: x", "a%0D%0AHost%3A%20x"},
      {std::string("a\0b", 3), "a%00b"},
      {"\xc3\xa9\\", "%C3%A9%5C"},
      {"\xff", "%FF"},
  };
  for (auto const& c : cases) {
    auto const path = with_segment("/accounts/{id}/cdrs/{key}", "id", c.id);
    EXPECT_TRUE(is_plain_path(path)) << c.id;
    EXPECT_EQ(target(base, with_segment(path, "key", c.id), {}),
              std::string("/v1/accounts/") + c.sent + "/cdrs/" + c.sent);
    EXPECT_EQ(target(base, "/cdrs", {{c.id, c.id}}),
              std::string("/v1/cdrs?") + c.sent + "=" + c.sent);
  }
}

TEST(endpoint, knows_the_ids_that_no_encoding_protects) {
  for (auto const* id : {"", ".", ".."}) {
    EXPECT_FALSE(is_plain_path(with_segment("/accounts/{id}/cdrs", "id", id))) << id;
    EXPECT_FALSE(is_plain_path(with_segment("/accounts/{id}", "id", id))) << id;
  }
  for (auto const* path : {"", "/", "/me", "/accounts/.../cdrs", "/accounts/.a"}) {
    EXPECT_TRUE(is_plain_path(path)) << path;
  }
}

}  // namespace
}  // namespace vobiz::api
