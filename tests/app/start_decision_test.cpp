#include "start_decision.hpp"

#include <gtest/gtest.h>

namespace vobiz::app {
namespace {

using core::failure_kind;
using core::remedy;
using ops::waits_for;

TEST(start_decision, waits_for_what_can_change_while_it_runs) {
  struct {
    start_step at;
    failure_kind kind;
    waits_for waits;
    int ends;  // 0: it waits
  } const table[] = {
      {start_step::connect, failure_kind::failed, waits_for::database, 0},
      {start_step::connect, failure_kind::refused, waits_for::nothing, 77},
      {start_step::connect, failure_kind::config_invalid, waits_for::nothing, 78},
      {start_step::use, failure_kind::failed, waits_for::database, 0},
      // A right is missing, or the server refuses a second connection.
      {start_step::use, failure_kind::refused, waits_for::database, 0},
      {start_step::use, failure_kind::older_schema, waits_for::older_schema, 0},
      {start_step::use, failure_kind::newer_schema, waits_for::newer_schema, 0},
  };
  for (auto const& row : table) {
    for (auto const helps : {remedy::retry, remedy::fix}) {
      core::failure const why(row.kind, helps, "example");
      auto const decision = decide_start(row.at, why);
      EXPECT_EQ(decision.waits, row.waits) << static_cast<int>(row.kind);
      ASSERT_EQ(decision.ends.has_value(), row.ends != 0) << static_cast<int>(row.kind);
      if (decision.ends) {
        EXPECT_EQ(static_cast<int>(*decision.ends), row.ends);
      }
    }
  }
}

TEST(start_decision, is_told_at_once_and_then_once_a_minute) {
  using namespace std::chrono_literals;
  EXPECT_TRUE(is_worth_saying(true, 0s));
  EXPECT_FALSE(is_worth_saying(false, 59s));
  EXPECT_TRUE(is_worth_saying(false, 60s));
}

}  // namespace
}  // namespace vobiz::app
