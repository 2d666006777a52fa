#include "vobiz/sync/claimed_days.hpp"

#include <gtest/gtest.h>

namespace vobiz::sync {
namespace {

core::utc_day day(char const* text) { return *core::day_from_text(text); }

TEST(claimed_days, keep_others_from_themselves_and_their_neighbours) {
  claimed_days days;
  claimed_days::claim const claim(days, day("2026-03-01"));
  EXPECT_FALSE(days.has_near(day("2026-02-27")));
  EXPECT_TRUE(days.has_near(day("2026-02-28")));
  EXPECT_TRUE(days.has_near(day("2026-03-01")));
  EXPECT_TRUE(days.has_near(day("2026-03-02")));
  EXPECT_FALSE(days.has_near(day("2026-03-03")));
}

TEST(claimed_days, are_free_again_when_their_reader_ends) {
  claimed_days days;
  claimed_days::claim const other(days, day("2026-03-05"));
  {
    claimed_days::claim const claim(days, day("2026-03-01"));
    EXPECT_EQ(days.days().size(), 2u);
  }
  EXPECT_FALSE(days.has_near(day("2026-03-01")));
  EXPECT_TRUE(days.has_near(day("2026-03-05")));
}

}  // namespace
}  // namespace vobiz::sync
