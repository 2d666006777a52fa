#include "vobiz/sync/activity.hpp"

#include <gtest/gtest.h>

namespace vobiz::sync {
namespace {

using sink::run_outcome;

struct cycle {
  sink::run_report report;
  api::counters spent;
  activity::figures figures() const { return {&report, &spent}; }
};

TEST(activity, counts_a_cycle_under_way_and_then_not_twice) {
  activity stats;
  cycle one;
  one.report.command = "run";
  stats.began(one.figures());
  one.spent.requests = 3;
  one.spent.answers[2] = 2;
  one.report.rows.inserted = 40;
  one.report.removed = 1;
  EXPECT_EQ(stats.so_far().api.requests, 3u);
  EXPECT_EQ(stats.so_far().rows.inserted, 40);
  EXPECT_EQ(stats.last(), std::nullopt);
  one.report.outcome = run_outcome::mismatch;
  stats.ended(one.figures());
  EXPECT_EQ(stats.so_far().api.requests, 3u);
  EXPECT_EQ(stats.so_far().api.answers[2], 2u);
  EXPECT_EQ(stats.so_far().rows.inserted, 40);
  EXPECT_EQ(stats.so_far().removed, 1);
  EXPECT_EQ(stats.cycles(run_outcome::mismatch), 1u);
  EXPECT_EQ(stats.cycles(run_outcome::ok), 0u);
  EXPECT_EQ(stats.last(), run_outcome::mismatch);
}

TEST(activity, adds_up_what_runs_side_by_side) {
  activity stats;
  cycle poll;
  cycle queue;
  poll.report.command = "run";
  queue.report.command = "backfill";
  queue.report.windows = 1;
  stats.began(poll.figures());
  stats.began(queue.figures());
  poll.report.rejected = 2;
  queue.report.rejected = 5;
  EXPECT_EQ(stats.so_far().rejected, 7);
  stats.ended(poll.figures());
  EXPECT_EQ(stats.so_far().rejected, 7);
  stats.ended(queue.figures());
  EXPECT_EQ(stats.so_far().rejected, 7);
  EXPECT_EQ(stats.cycles(run_outcome::ok), 2u);
  std::uint64_t timed = 0;
  for (auto const count : stats.took().counts) timed += count;
  EXPECT_EQ(timed, 2u);
}

TEST(activity, leaves_out_what_leaves_no_run) {
  activity stats;
  cycle backfill;
  backfill.report.command = "backfill";
  stats.began(backfill.figures());
  stats.ended(backfill.figures());
  cycle unbegun;
  stats.began(unbegun.figures());
  stats.ended(unbegun.figures());
  EXPECT_EQ(stats.cycles(run_outcome::ok), 0u);
  EXPECT_EQ(stats.last(), std::nullopt);
}

}  // namespace
}  // namespace vobiz::sync
