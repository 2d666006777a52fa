#include "vobiz/schedule/due.hpp"

#include <gtest/gtest.h>

namespace vobiz::schedule {
namespace {

using namespace std::chrono_literals;
using core::utc_time;

utc_time at(std::chrono::seconds since_midnight) {
  return utc_time(*core::day_from_text("2026-03-10")) + since_midnight;
}

config::stream every(std::chrono::seconds interval) {
  config::stream s;
  s.every = interval;
  return s;
}

config::stream daily(std::chrono::minutes time) {
  config::stream s;
  s.at = config::time_of_day{time};
  return s;
}

TEST(due, asks_again_after_half_of_the_interval_when_there_was_something_new) {
  past const busy{.started = at(0s), .busy = true};
  EXPECT_EQ(next_due(every(61s), busy, at(1s), 0.0), at(30s) + 500ms);
  EXPECT_EQ(next_due(every(100s), busy, at(1s), 0.5), at(52s) + 500ms);
  EXPECT_EQ(next_due(every(60s), busy, at(50s), 0.0), at(50s));
  past const failed{.started = at(0s), .failures = 2, .busy = true};
  EXPECT_EQ(next_due(every(60s), failed, at(1s), 0.0), at(120s));
  // A time of day stays what it is.
  EXPECT_EQ(next_due(daily(150min), busy, at(10s), 0.0), at(2h + 30min));
}

TEST(due, follows_the_interval_from_start_to_start) {
  EXPECT_EQ(next_due(every(60s), {at(100s), 0, false}, at(110s), 0.0), at(160s));
}

TEST(due, is_at_once_when_the_cycle_took_longer_than_the_interval) {
  EXPECT_EQ(next_due(every(60s), {at(100s), 0, false}, at(500s), 0.0), at(500s));
}

TEST(due, is_spread_by_a_tenth_of_the_interval) {
  EXPECT_EQ(next_due(every(100s), {at(0s), 0, false}, at(1s), 0.5), at(105s));
}

TEST(due, doubles_after_each_failure_up_to_an_hour) {
  EXPECT_EQ(next_due(every(60s), {at(0s), 1, false}, at(1s), 0.0), at(60s));
  EXPECT_EQ(next_due(every(60s), {at(0s), 3, false}, at(1s), 0.0), at(240s));
  EXPECT_EQ(next_due(every(60s), {at(0s), 500, false}, at(1s), 0.0), at(3600s));
  // Below 60 s the interval itself is doubled.
  EXPECT_EQ(next_due(every(10s), {at(0s), 2, false}, at(1s), 0.0), at(20s));
}

TEST(due, does_not_leave_a_failed_stream_alone_for_its_whole_interval) {
  EXPECT_EQ(next_due(every(7200s), {at(0s), 1, false}, at(1s), 0.0), at(60s));
  EXPECT_EQ(next_due(every(7200s), {at(0s), 5, false}, at(1s), 0.0), at(960s));
  EXPECT_EQ(next_due(every(7200s), {at(0s), 50, false}, at(1s), 0.0), at(3600s));
}

TEST(due, comes_soon_after_a_failure_of_the_database) {
  EXPECT_EQ(next_due(every(1s), {at(0s), 3, false, true}, at(100s), 0.0), at(104s));
  for (auto const& settings : {every(60s), every(7200s), daily(150min)}) {
    EXPECT_EQ(next_due(settings, {at(0s), 1, false, true}, at(100s), 0.0), at(110s));
    EXPECT_EQ(next_due(settings, {at(0s), 2, false, true}, at(100s), 0.0), at(120s));
    EXPECT_EQ(next_due(settings, {at(0s), 900, false, true}, at(100s), 0.0), at(160s));
  }
}

TEST(due, does_not_wait_for_a_clock_that_was_put_back_to_come_there_again) {
  EXPECT_EQ(next_due(every(60s), {at(24h), 0, false}, at(100s), 0.0), at(160s));
  EXPECT_EQ(next_due(every(60s), {at(24h), 3, false}, at(100s), 0.0), at(340s));
  // If the clock jumps forward, it is due at once.
  EXPECT_EQ(next_due(every(60s), {at(0s), 0, false}, at(24h), 0.0), at(24h));
}

TEST(due, meets_the_time_of_day_today_or_tomorrow) {
  EXPECT_EQ(next_due(daily(150min), {at(0s), 0, false}, at(10s), 0.0), at(2h + 30min));
  EXPECT_EQ(next_due(daily(150min), {at(0s), 0, false}, at(3h), 0.0), at(26h + 30min));
  EXPECT_EQ(next_due(daily(150min), {at(0s), 0, false}, at(2h + 30min), 0.0), at(26h + 30min));
}

TEST(due, retries_a_daily_stream_before_the_next_day) {
  EXPECT_EQ(next_due(daily(150min), {at(9000s), 2, false}, at(9100s), 0.0), at(9220s));
  // Not later than its regular time.
  EXPECT_EQ(next_due(daily(150min), {at(0s), 9, false}, at(8990s), 0.0), at(9000s));
}

TEST(due, asks_slowly_without_credentials) {
  EXPECT_EQ(next_due(every(60s), {at(0s), 1, true}, at(10s), 0.0), at(10s + 15min));
}

TEST(due, asks_daily_for_what_the_api_does_not_offer) {
  past const last{.started = at(0s), .unavailable = true};
  EXPECT_EQ(next_due(every(60s), last, at(10s), 0.0), at(10s + 24h));
  EXPECT_EQ(next_due(daily(150min), last, at(10s), 0.5), at(10s + 24h + 30min));
}

}  // namespace
}  // namespace vobiz::schedule
