#include "vobiz/core/decimal.hpp"

#include <gtest/gtest.h>

namespace vobiz::core {
namespace {

TEST(decimal, has_at_most_100_digits_on_either_side) {
  auto const most = std::string(100, '9');
  for (auto const& text : {most, most + "." + most, std::string("1e99"), std::string("1e-100")}) {
    EXPECT_TRUE(is_decimal(text)) << text;
  }
  for (auto const& text : {most + "9", "0." + most + "9", std::string("1e100"),
                           std::string("1e-101"), std::string("1e131071"), std::string("1e9999")}) {
    EXPECT_FALSE(is_decimal(text)) << text;
  }
}

TEST(decimal, has_the_grammar_of_json) {
  for (auto const* text : {"0", "-1", "+1", "1300.00000", "4.5e-1", "1E+3", "007"}) {
    EXPECT_TRUE(is_decimal(text)) << text;
  }
  for (auto const* text :
       {"", "-", ".5", "5.", "1e", "1,5", "NaN", "0x10", " 1", "1 ", "1e99999999999999999999"}) {
    EXPECT_FALSE(is_decimal(text)) << text;
  }
}

TEST(decimal, has_one_canonical_spelling) {
  EXPECT_EQ(canonical("0.450"), "0.45");
  EXPECT_EQ(canonical("4.5e-1"), "0.45");
  EXPECT_EQ(canonical("-000.000"), "0");
  EXPECT_EQ(canonical("1300.00000"), "1300");
  EXPECT_EQ(canonical("12e3"), "12000");
  EXPECT_EQ(canonical("-1.5e-3"), "-0.0015");
  EXPECT_EQ(canonical("+0012.30"), "12.3");
  for (auto const* text : {"NaN", "Infinity", "-Infinity", "", "1e999999999", "1."}) {
    EXPECT_EQ(canonical(text), text);
    EXPECT_FALSE(is_zero(text)) << text;
    EXPECT_TRUE(same_value(text, text)) << text;
    EXPECT_FALSE(same_value(text, "1")) << text;
  }
}

TEST(decimal, compares_beyond_the_digits_of_a_double) {
  EXPECT_TRUE(
      same_value("0.1000000000000000055511151231257827", "0.10000000000000000555111512312578270"));
  EXPECT_FALSE(same_value("0.1000000000000000055511151231257827", "0.1"));
  EXPECT_TRUE(is_zero("-0.00e5"));
  EXPECT_FALSE(is_zero("0.00001"));
}

}  // namespace
}  // namespace vobiz::core
