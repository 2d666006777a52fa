#include "vobiz/sync/kept_days.hpp"

#include <gmock/gmock.h>

namespace vobiz::sync {
namespace {

core::utc_day day(char const* text) { return *core::day_from_text(text); }

struct example {
  int months;
  char const* today;
  char const* kept;
};

TEST(kept_days, a_month_leaves_when_its_last_day_is_older_than_the_retention) {
  for (auto const& e :
       {example{36, "2026-11-21", "2023-11-01"}, example{36, "2026-11-01", "2023-11-01"},
        example{36, "2026-10-31", "2023-10-01"}, example{1, "2026-01-15", "2025-12-01"},
        example{12, "2026-01-01", "2025-01-01"}, example{2, "2026-03-31", "2026-01-01"}}) {
    config::stream settings;
    settings.retention = std::chrono::months(e.months);
    EXPECT_EQ(kept_from(settings, day(e.today)), day(e.kept)) << e.months << " " << e.today;
    // Not the month's first day: it also lists calls of the evening before.
    EXPECT_EQ(read_from(settings, day(e.today)), day(e.kept) + std::chrono::days(1));
  }
}

TEST(kept_days, the_later_of_start_date_and_retention_is_the_first_day_asked_for) {
  config::stream settings;
  settings.start_date = day("2026-05-20");
  EXPECT_EQ(kept_from(settings, day("2026-11-21")), std::nullopt);
  EXPECT_EQ(read_from(settings, day("2026-11-21")), std::nullopt);
  EXPECT_EQ(asked_from(settings, day("2026-11-21")), day("2026-05-20"));
  settings.retention = std::chrono::months(12);
  EXPECT_EQ(asked_from(settings, day("2026-11-21")), day("2026-05-20"));
  settings.retention = std::chrono::months(3);
  EXPECT_EQ(asked_from(settings, day("2026-11-21")), day("2026-08-02"));
}

}  // namespace
}  // namespace vobiz::sync
