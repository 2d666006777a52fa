#include "vobiz/core/nearest.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace vobiz::core {
namespace {

constexpr std::array<std::string_view, 6> names = {
    "requests_per_second", "every", "enabled", "lookback_days", "at", "auth_token_file"};

TEST(nearest, finds_slips_of_the_pen) {
  EXPECT_EQ(nearest("requests_per_secnod", names), "requests_per_second");
  EXPECT_EQ(nearest("evrey", names), "every");
  EXPECT_EQ(nearest("Every", names), "every");
  EXPECT_EQ(nearest("enable", names), "enabled");
  EXPECT_EQ(nearest("every", names), "every");
}

TEST(nearest, finds_a_name_by_its_part) {
  EXPECT_EQ(nearest("lookback", names), "lookback_days");
  EXPECT_EQ(nearest("token_file", names), "auth_token_file");
}

TEST(nearest, keeps_silent_when_nothing_is_close) {
  EXPECT_EQ(nearest("password", names), "");
  EXPECT_EQ(nearest("it", names), "at");
  EXPECT_EQ(nearest("to", names), "");
  EXPECT_EQ(nearest("", names), "");
  EXPECT_EQ(nearest(std::string(10'000, 'a'), names), "");
  EXPECT_EQ(nearest("every", {}), "");
}

TEST(nearest, prefers_the_first_of_equals) {
  constexpr std::array<std::string_view, 2> equals = {"cdrs", "cars"};
  EXPECT_EQ(nearest("cers", equals), "cdrs");
}

}  // namespace
}  // namespace vobiz::core
