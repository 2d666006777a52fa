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
      {"nul\0bell\a\x7f"sv, "nul\\x00bell\\x07\\x7f"},
      {"\x1b[31mred", "\\x1b[31mred"},
      {"é ₹ 😀", "é ₹ 😀"},
      {"\xc3", "\\xc3"},
      {"\xff\xfe", "\\xff\\xfe"},
      {"a\xe2\x80\xae\xe2\x80\xa8z\xc2\x85", "a\\u202e\\u2028z\\u0085"},
      {"", ""},
  };
  for (auto const& c : cases) EXPECT_EQ(printable(c.text, {}), c.shown) << c.text;
}

TEST(server_text, is_cut_between_characters) {
  EXPECT_EQ(printable("abcdef", {}, 6), "abcdef");
  EXPECT_EQ(printable("abcdefg", {}, 6), "abcdef…");
  EXPECT_EQ(printable("abcdeé", {}, 6), "abcde…");
  EXPECT_EQ(printable("abc\x1b", {}, 6), "abc…") << "an escape is not cut";
}

TEST(server_text, never_shows_a_secret) {
  EXPECT_EQ(
      printable("bad token tok-12345 for tok-12345, Bearer jwt.12345", {"tok-12345", "jwt.12345"}),
      "bad token *** for ***, Bearer ***");
  EXPECT_EQ(printable("aaaa secret-longer-than-the-cut", {"secret-longer-than-the-cut"}, 8),
            "aaaa ***");
  EXPECT_EQ(printable("SIMULATED", {"T", ""}), "SIMULATED") << "no secret, but a letter";
  EXPECT_EQ(printable("row {\"auth_token\":\"of a customer\"}", {}),
            "row {\"auth_token\":\"***\"}");
}

TEST(server_text, takes_only_identifiers_for_those_of_requests) {
  for (auto const* id :
       {"req_123", "4cd3a7c2-eca5-442a-8403-12492e7de9b3", "Root=1-67/a+b=", "|a.b:c~"}) {
    EXPECT_EQ(request_id_of(id, {"token-of-acme"}), id);
  }
  for (auto const* id : {"", "two words", "\x1b[31mred", "r\nforged", "é", "token-of-acme",
                         "x-token-of-acme-y", "dG9rZW4tb2YtYWNtZQ==", "eyJhbGciOiJIUzI1NiJ9.e.s"}) {
    EXPECT_EQ(request_id_of(id, {"token-of-acme"}), "") << id;
  }
  EXPECT_EQ(request_id_of(std::string(101, 'x'), {}), "");
}

}  // namespace
}  // namespace vobiz::api
