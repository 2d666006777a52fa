#include "vobiz/reconcile/billing_day.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vobiz::reconcile {
namespace {

using namespace std::chrono_literals;

core::utc_time instant(char const* day, std::chrono::minutes at) {
  return *core::day_from_text(day) + at;
}
billing_day day(char const* text) { return *billing_day_from_text(text); }

TEST(billing_day, begins_at_midnight_of_its_zone) {
  EXPECT_EQ(to_text(day_at("Asia/Kolkata", instant("2026-03-09", 18h + 29min))), "2026-03-09");
  EXPECT_EQ(to_text(day_at("Asia/Kolkata", instant("2026-03-09", 18h + 30min))), "2026-03-10");
  EXPECT_EQ(to_text(day_at("UTC", instant("2026-03-09", 18h + 30min))), "2026-03-09");
  EXPECT_EQ(core::to_text(time_of("Asia/Kolkata", day("2026-03-10"), 150min)),
            "2026-03-09T21:00:00Z");
}

TEST(billing_day, has_its_times_where_clocks_change) {
  // On 2026-03-29 Berlin has no 02:30: at 01:00 UTC the clock goes from 02:00 to 03:00.
  EXPECT_EQ(core::to_text(time_of("Europe/Berlin", day("2026-03-29"), 150min)),
            "2026-03-29T01:00:00Z");
  EXPECT_EQ(core::to_text(time_of("Europe/Berlin", day("2026-10-25"), 150min)),
            "2026-10-25T00:30:00Z");
}

TEST(month, has_the_days_that_are_over) {
  EXPECT_EQ(days_of_month("2026-02", day("2026-03-10"))->size(), 28u);
  EXPECT_EQ(days_of_month("2026-03", day("2026-03-10"))->size(), 10u);
  EXPECT_TRUE(days_of_month("2026-04", day("2026-03-10"))->empty());
  for (auto const* bad : {"2026-13", "2026", "2026-3", "2026-03-01", ""}) {
    EXPECT_FALSE(days_of_month(bad, day("2026-03-10"))) << bad;
  }
}

TEST(night, checks_yesterday_and_the_seven_days_before_and_once_a_week_thirty_five) {
  auto const today = day("2026-03-10");
  auto const usual = days_of_night(today, day("2026-03-04"));
  ASSERT_EQ(usual.size(), 8u);
  EXPECT_EQ(to_text(usual.front()), "2026-03-09");
  EXPECT_EQ(to_text(usual.back()), "2026-03-02");
  for (auto const& last_long : {std::optional<billing_day>(), std::optional(day("2026-03-03"))}) {
    auto const long_night = days_of_night(today, last_long);
    ASSERT_EQ(long_night.size(), 35u);
    EXPECT_EQ(to_text(long_night.back()), "2026-02-03");
  }
}

TEST(night, is_due_at_its_time_of_day) {
  EXPECT_EQ(core::to_text(last_due("Asia/Kolkata", 150min, instant("2026-03-09", 20h + 59min))),
            "2026-03-08T21:00:00Z");
  EXPECT_EQ(core::to_text(last_due("Asia/Kolkata", 150min, instant("2026-03-09", 21h))),
            "2026-03-09T21:00:00Z");
}

}  // namespace
}  // namespace vobiz::reconcile
