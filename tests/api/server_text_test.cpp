#include "server_text.hpp"

#include <gtest/gtest.h>

namespace vobiz::api {
namespace {

TEST(server_text, is_one_printable_line) {
  using namespace std::string_view_literals;
  struct {
    std::string_view text;
    char const* shown;
  } const cases[] = {
      {"plain", "plain"},
      {"  two\r\n\tlines  ", "two lines"},
      {"nul\0bell\a\x7f"sv, "nul?bell??"},
      {"\x1b[31mred", "?[31mred"},
      {"é ₹ 😀", "é ₹ 😀"},
      {"\xc3", "?"},
      {"\xff\xfe", "??"},
      {"\xc0\xaf", "??"},
      {"\xed\xa0\x80", "???"},
      {"\xc2\x9b", "??"},
      {"\xf4\x90\x80\x80", "????"},
      {"", ""},
  };
  for (auto const& c : cases) EXPECT_EQ(printable(c.text, {}), c.shown) << c.text;
}

TEST(server_text, is_cut_between_characters) {
  EXPECT_EQ(printable("abcdef", {}, 6), "abcdef");
  EXPECT_EQ(printable("abcdefg", {}, 6), "abcdef…");
  EXPECT_EQ(printable("abcdeé", {}, 6), "abcde…");
}

TEST(server_text, never_shows_a_secret) {
  EXPECT_EQ(printable("bad token tok-1 for tok-1, Bearer jwt.x", {"tok-1", "", "jwt.x"}),
            "bad token *** for ***, Bearer ***");
  EXPECT_EQ(printable("aaaa secret-longer-than-the-cut", {"secret-longer-than-the-cut"}, 8),
            "aaaa ***");
  EXPECT_EQ(printable("***", {"*"}), "*********") << "an unusual secret terminates as well";
}

}  // namespace
}  // namespace vobiz::api
