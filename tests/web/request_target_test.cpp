#include "web/request_target.hpp"

#include <gtest/gtest.h>

namespace vobiz::web {
namespace {

TEST(request_target, names_a_path) {
  struct {
    char const* target;
    char const* path;
  } const cases[] = {
      {"/", "/"},
      {"/metrics", "/metrics"},
      {"/metrics?name[]=x&collect[]=y", "/metrics"},
      {"/?", "/"},
      {"//x/y", "//x/y"},
      {"http://x/metrics", "/metrics"},
      {"HTTP://x:9464/metrics?a=/b", "/metrics"},
      {"https://user@[::1]:1/", "/"},
      {"http://x", "/"},
      {"http://x?a", "/"},
  };
  for (auto const& c : cases) EXPECT_EQ(path_of_target(c.target, false), c.path) << c.target;
}

TEST(request_target, may_be_the_server_itself) {
  EXPECT_EQ(path_of_target("*", true), "*");
  EXPECT_EQ(path_of_target("http://x", true), "*");
  EXPECT_EQ(path_of_target("http://x/", true), "/");
  EXPECT_EQ(path_of_target("/readyz", true), "/readyz");
}

TEST(request_target, is_refused_in_any_other_form) {
  for (auto const* target : {"*", "metrics", "x:443", "ftp://x/", "http://", "http:///metrics",
                             "http:/metrics", "?x", ""}) {
    EXPECT_FALSE(path_of_target(target, false)) << target;
  }
}

TEST(request_target, of_the_absolute_form_names_a_host) {
  struct {
    char const* target;
    char const* authority;
  } const cases[] = {
      {"http://x/metrics", "x"},
      {"HTTP://x:9464?a=/b", "x:9464"},
      {"https://user@[::1]:1/", "[::1]:1"},
      {"http://a@b@c/", "c"},
      {"http://x", "x"},
      {"http:///metrics", ""},
  };
  for (auto const& c : cases) EXPECT_EQ(authority_of_target(c.target), c.authority) << c.target;
  for (auto const* target : {"/", "*", "//x/", "x:443", "ftp://x/", ""}) {
    EXPECT_FALSE(authority_of_target(target)) << target;
  }
}

}  // namespace
}  // namespace vobiz::web
