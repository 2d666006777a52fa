#include "vobiz/sync/days_at_hand.hpp"

#include <gtest/gtest.h>

namespace vobiz::sync {
namespace {

core::utc_day day(char const* text) { return *core::day_from_text(text); }

TEST(days_at_hand, keep_others_from_themselves_and_their_neighbours) {
  days_at_hand days;
  days_at_hand::claim const claim(days, day("2026-03-01"));
  EXPECT_FALSE(days.has_near(day("2026-02-27")));
  EXPECT_TRUE(days.has_near(day("2026-02-28")));
  EXPECT_TRUE(days.has_near(day("2026-03-01")));
  EXPECT_TRUE(days.has_near(day("2026-03-02")));
  EXPECT_FALSE(days.has_near(day("2026-03-03")));
}

TEST(days_at_hand, are_free_again_when_their_reader_ends) {
  days_at_hand days;
  days_at_hand::claim const other(days, day("2026-03-05"));
  {
    days_at_hand::claim const claim(days, day("2026-03-01"));
    EXPECT_EQ(days.days().size(), 2u);
  }
  EXPECT_FALSE(days.has_near(day("2026-03-01")));
  EXPECT_TRUE(days.has_near(day("2026-03-05")));
}

}  // namespace
}  // namespace vobiz::sync
