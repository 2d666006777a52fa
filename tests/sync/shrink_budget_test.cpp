#include "vobiz/sync/shrink_budget.hpp"

#include <gtest/gtest.h>

namespace vobiz::sync {
namespace {

TEST(shrink_budget, believes_few_rows_or_a_twentieth_but_never_all_of_a_window) {
  struct {
    std::int64_t vanished;
    std::int64_t stored;
    bool believed;
  } const table[] = {
      {0, 0, true},           {0, 100, true},          {1, 1, false},    {5, 5, false},
      {5, 6, true},           {6, 7, false},           {6, 119, false},  {6, 120, true},
      {5'000, 100'000, true}, {5'001, 100'000, false}, {100, 100, false}};
  for (auto const& row : table) {
    shrink_budget one;
    EXPECT_EQ(one.believes(row.vanished, row.stored), row.believed)
        << row.vanished << " of " << row.stored;
  }
}

TEST(shrink_budget, takes_many_small_windows_for_one_large_one) {
  shrink_budget cycle;
  int believed = 0;
  for (int customer = 0; customer < 1'440; ++customer) believed += cycle.believes(1, 2) ? 1 : 0;
  // Five at once, and then as long as they are a twentieth of all rows that were looked at.
  EXPECT_EQ(believed, 1'440 * 2 / 20);
  shrink_budget nothing_left;
  for (int customer = 0; customer < 1'440; ++customer) {
    EXPECT_FALSE(nothing_left.believes(1, 1)) << "a shrink to nothing";
  }
}

TEST(shrink_budget, does_not_count_what_it_does_not_believe) {
  shrink_budget cycle;
  EXPECT_FALSE(cycle.believes(90, 100));
  EXPECT_TRUE(cycle.believes(5, 100));
}

}  // namespace
}  // namespace vobiz::sync
