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
  activity done;
  cycle one;
  one.report.command = "run";
  done.began(one.figures());
  one.spent.requests = 3;
  one.spent.answers[2] = 2;
  one.report.rows.inserted = 40;
  one.report.removed = 1;
  EXPECT_EQ(done.so_far().api.requests, 3u);
  EXPECT_EQ(done.so_far().rows.inserted, 40);
  EXPECT_EQ(done.last(), std::nullopt);
  one.report.outcome = run_outcome::mismatch;
  done.ended(one.figures());
  EXPECT_EQ(done.so_far().api.requests, 3u);
  EXPECT_EQ(done.so_far().api.answers[2], 2u);
  EXPECT_EQ(done.so_far().rows.inserted, 40);
  EXPECT_EQ(done.so_far().removed, 1);
  EXPECT_EQ(done.cycles(run_outcome::mismatch), 1u);
  EXPECT_EQ(done.cycles(run_outcome::ok), 0u);
  EXPECT_EQ(done.last(), run_outcome::mismatch);
}

TEST(activity, adds_up_what_runs_side_by_side) {
  activity done;
  cycle poll;
  cycle queue;
  poll.report.command = "run";
  queue.report.command = "backfill";
  queue.report.windows = 1;
  done.began(poll.figures());
  done.began(queue.figures());
  poll.report.rejected = 2;
  queue.report.rejected = 5;
  EXPECT_EQ(done.so_far().rejected, 7);
  done.ended(poll.figures());
  EXPECT_EQ(done.so_far().rejected, 7);
  done.ended(queue.figures());
  EXPECT_EQ(done.so_far().rejected, 7);
  EXPECT_EQ(done.cycles(run_outcome::ok), 2u);
  std::uint64_t timed = 0;
  for (auto const count : done.took().counts) timed += count;
  EXPECT_EQ(timed, 2u);
}

TEST(activity, leaves_out_what_leaves_no_run) {
  activity done;
  cycle look;
  look.report.command = "backfill";
  done.began(look.figures());
  done.ended(look.figures());
  cycle unbegun;
  done.began(unbegun.figures());
  done.ended(unbegun.figures());
  EXPECT_EQ(done.cycles(run_outcome::ok), 0u);
  EXPECT_EQ(done.last(), std::nullopt);
}

}  // namespace
}  // namespace vobiz::sync
