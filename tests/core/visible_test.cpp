#include "vobiz/core/visible.hpp"

#include <gtest/gtest.h>

namespace vobiz::core {
namespace {

using namespace std::string_view_literals;

struct example {
  std::string_view text;
  char const* shown;
};

TEST(visible, escapes_what_misleads_and_nothing_else) {
  example const cases[] = {
      {"plain \"text\" with \\ and 'quotes'", "plain \"text\" with \\ and 'quotes'"},
      {"two\r\n\tlines", "two\\r\\n\\tlines"},
      {"\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"},
      {"\x1b]0;title\a", "\\x1b]0;title\\x07"},
      {"nul\0del\x7f"sv, "nul\\x00del\\x7f"},
      {"\xc2\x85next \xc2\x9b"
       "31m",
       "\\u0085next \\u009b31m"},
      {"\xe2\x80\xaetxt.exe", "\\u202etxt.exe"},
      {"\xe2\x81\xa6isolated\xe2\x81\xa9", "\\u2066isolated\\u2069"},
      {"\xe2\x80\xa8line\xe2\x80\xa9paragraph", "\\u2028line\\u2029paragraph"},
      {"\xe2\x80\x8e\xe2\x80\x8f\xd8\x9c", "\\u200e\\u200f\\u061c"},
      {"zero\xe2\x80\x8bwidth\xef\xbb\xbf", "zero\\u200bwidth\\ufeff"},
      {"tag\xf3\xa0\x81\x81", "tag\\U000e0041"},
      {"\xff\xc3", "\\xff\\xc3"},
      {"\xed\xa0\x80", "\\xed\\xa0\\x80"},
      {"\xc0\xaf", "\\xc0\\xaf"},
      {"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"},
      // Names of people: Devanagari with a joiner, Arabic, an emoji of a family.
      {"क्‍ष é ₹", "क्‍ष é ₹"},
      {"مرحبا", "مرحبا"},
      {"👩‍👧", "👩‍👧"},
      {"", ""},
  };
  for (auto const& c : cases) {
    auto const shown = visible(c.text);
    EXPECT_EQ(shown, c.shown) << c.text;
    EXPECT_EQ(visible(shown), shown) << "nothing is escaped twice";
  }
}

TEST(visible, keeps_line_breaks_that_are_meant) {
  EXPECT_EQ(visible_lines("a\x1b\nb\r\nc"), "a\\x1b\nb\\r\nc");
  EXPECT_EQ(visible_lines(""), "");
}

TEST(visible, keeps_the_value_of_json) {
  example const cases[] = {
      {"{\"a\":\"\\n\"}\n", "{\"a\":\"\\n\"}\n"},
      {"[\"\x7f\xe2\x80\xae\"]", "[\"\\u007f\\u202e\"]"},
      {"[\"\xf3\xa0\x81\x81\"]", "[\"\\udb40\\udc41\"]"},
      {"[\"\xff\"]", "[\"\\ufffd\"]"},
      {"[\"é\"]", "[\"é\"]"},
  };
  for (auto const& c : cases) EXPECT_EQ(visible_json(c.text), c.shown);
}

}  // namespace
}  // namespace vobiz::core
