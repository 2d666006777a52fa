#include "vobiz/core/day.hpp"

#include <gtest/gtest.h>

namespace vobiz::core {
namespace {

TEST(day, is_written_and_read_as_iso_date) {
  for (auto const* text : {"2026-01-31", "2024-02-29", "1999-12-31"}) {
    auto const day = day_from_text(text);
    ASSERT_TRUE(day) << text;
    EXPECT_EQ(to_text(*day), text);
  }
}

TEST(day, refuses_what_is_no_day) {
  for (auto const* text :
       {"2026-02-29", "2026-13-01", "2026-1-1", "20260101", "2026-01-01T", "", "2026-0a-01"}) {
    EXPECT_FALSE(day_from_text(text)) << text;
  }
}

TEST(day, is_utc) {
  auto const midnight = *day_from_text("2026-03-01");
  EXPECT_EQ(day_of(midnight - std::chrono::nanoseconds(1)), *day_from_text("2026-02-28"));
  EXPECT_EQ(day_of(midnight), midnight);
  EXPECT_EQ(to_text(utc_time(midnight + std::chrono::seconds(3661))), "2026-03-01T01:01:01Z");
}

}  // namespace
}  // namespace vobiz::core
