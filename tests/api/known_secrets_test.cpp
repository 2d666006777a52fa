#include "known_secrets.hpp"

#include <gtest/gtest.h>

namespace vobiz::api {
namespace {

struct example {
  std::string text;
  std::string shown;
};

TEST(known_secrets, are_cut_out_however_they_are_written) {
  std::vector<std::string_view> const secrets{"CANARY_PARTNER_TOKEN", "p&ss w0rd/ä"};
  example const cases[] = {
      {"bad CANARY_PARTNER_TOKEN.", "bad ***."},
      {"CANARY_PARTNER_TOKENCANARY_PARTNER_TOKEN", "***"},
      {"bad canary_partner_token", "bad ***"},
      // The first half and more, as a message shortens it.
      {"bad CANARY_PARTNER_TOKE", "bad ***"},
      {"bad CANARY_PAR...", "bad ***..."},
      {"bad CANARY_PARTNER_TOKexx", "bad ***xx"},
      {"p%26ss%20w0rd%2f%c3%a4", "***"},
      {"P%26SS%20W0RD%2F%C3%A4", "***"},
      {"CANARY%5FPARTNER%5FTOKEN", "***"},
      {"CANARY\\u005fPARTNER_TOKEN", "***"},
      {R"(p&ss w0rd\/ä)", "***"},
      {"43414e4152595f504152544e45525f544f4b454e", "***"},
      // base64 of the token, of "u:" and "ab:" before it, and of its beginning.
      {"Q0FOQVJZX1BBUlRORVJfVE9LRU4=", "***"},
      {"dTpDQU5BUllfUEFSVE5FUl9UT0tFTg==", "dTp***"},
      {"YWI6Q0FOQVJZX1BBUlRORVJfVE9LRU4=", "YWI6***"},
      {"Q0FOQVJZX1BBUlRORVJf…", "***…"},
      {"nothing of it", "nothing of it"},
  };
  for (auto const& c : cases) {
    auto const shown = without_known(c.text, secrets);
    EXPECT_EQ(shown, c.shown) << c.text;
  }
}

TEST(known_secrets, that_are_words_do_not_garble_others) {
  std::vector<std::string_view> const secrets{"T", "", "sim", "production-db-1"};
  for (auto const* text : {"SIMULATED", "the production server", "productions", "T", "***", ""}) {
    EXPECT_EQ(without_known(text, secrets), text);
  }
  EXPECT_EQ(without_known("production-db is gone", secrets), "*** is gone");
}

}  // namespace
}  // namespace vobiz::api
