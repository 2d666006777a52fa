#include "vobiz/schedule/outage.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vobiz::schedule {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

outage::time at(std::chrono::seconds since) { return outage::time(1h) + since; }

// "STREAM SECONDS" of the next request.
std::string next(outage const& of) {
  auto const found = of.next();
  if (!found) return "none";
  auto const seconds = std::chrono::duration_cast<std::chrono::seconds>(found->at - at(0s));
  return found->stream + " " + std::to_string(seconds.count());
}

TEST(outage, asks_nothing_while_all_is_well) {
  outage all;
  EXPECT_THAT(all.answered("cdrs", at(0s)), IsEmpty());
  EXPECT_EQ(next(all), "none");
  EXPECT_TRUE(all.is_good("cdrs"));
  EXPECT_FALSE(all.is_down());
}

TEST(outage, asks_after_half_a_minute_and_then_every_45_seconds) {
  outage all;
  all.failed("cdrs", reach::partner, at(0s), 0);
  EXPECT_EQ(next(all), "cdrs 30");
  EXPECT_THAT(all.probed("cdrs", reach::partner, at(30s), 0), IsEmpty());
  EXPECT_EQ(next(all), "cdrs 75");
  EXPECT_THAT(all.probed("cdrs", std::nullopt, at(75s), 0), ElementsAre("cdrs"));
  EXPECT_EQ(next(all), "none");
  EXPECT_FALSE(all.is_good("cdrs"));
  EXPECT_THAT(all.answered("cdrs", at(76s)), IsEmpty());
  EXPECT_TRUE(all.is_good("cdrs"));
}

TEST(outage, pauses_are_spread_and_never_longer) {
  outage all;
  all.failed("cdrs", reach::partner, at(0s), 0.6);
  EXPECT_EQ(next(all), "cdrs 27");
  all.probed("cdrs", reach::partner, at(27s), 0.4);
  EXPECT_EQ(next(all), "cdrs 69");
}

TEST(outage, of_a_partner_is_one_request_in_turn_whose_answer_wakes_all) {
  outage all;
  all.failed("accounts", reach::partner, at(0s), 0);
  all.failed("cdrs", reach::partner, at(5s), 0);
  all.failed("numbers", reach::partner, at(29s), 0);
  EXPECT_TRUE(all.is_down());
  EXPECT_EQ(next(all), "accounts 30");
  all.probed("accounts", reach::partner, at(30s), 0);
  EXPECT_EQ(next(all), "cdrs 75");
  // What fails meanwhile by its own schedule changes nothing.
  all.failed("accounts", reach::partner, at(60s), 0);
  EXPECT_EQ(next(all), "cdrs 75");
  EXPECT_THAT(all.probed("cdrs", std::nullopt, at(75s), 0),
              ElementsAre("accounts", "cdrs", "numbers"));
  EXPECT_FALSE(all.is_down());
}

TEST(outage, ends_with_the_good_poll_of_any_stream) {
  outage all;
  all.failed("accounts", reach::partner, at(0s), 0);
  all.failed("cdrs", reach::partner, at(5s), 0);
  EXPECT_THAT(all.answered("profile", at(10s)), ElementsAre("accounts", "cdrs"));
}

TEST(outage, of_one_stream_among_others_is_its_own) {
  outage all;
  all.failed("cdrs", reach::partner, at(0s), 0);
  all.failed("numbers", reach::stream, at(5s), 0);
  // The refusal is an answer: cdrs is tried once more.
  all.failed("cdrs", reach::partner, at(6s), 0);
  EXPECT_FALSE(all.is_down());
  EXPECT_EQ(next(all), "numbers 35");
  EXPECT_THAT(all.probed("numbers", reach::stream, at(35s), 0), IsEmpty());
  EXPECT_EQ(next(all), "cdrs 51");
  EXPECT_THAT(all.answered("profile", at(40s)), IsEmpty());
  EXPECT_THAT(all.probed("cdrs", std::nullopt, at(51s), 0), ElementsAre("cdrs"));
  EXPECT_EQ(next(all), "numbers 80");
}

TEST(outage, is_over_for_the_others_when_the_one_that_asks_is_refused) {
  outage all;
  all.failed("accounts", reach::partner, at(0s), 0);
  all.failed("cdrs", reach::partner, at(5s), 0);
  EXPECT_THAT(all.probed("accounts", reach::stream, at(30s), 0), ElementsAre("cdrs"));
  EXPECT_EQ(next(all), "accounts 75");
}

TEST(outage, silences_streams_that_failed_before_it) {
  outage all;
  all.failed("numbers", reach::stream, at(0s), 0);
  all.answered("cdrs", at(1s));
  all.failed("cdrs", reach::partner, at(20s), 0);
  EXPECT_EQ(next(all), "cdrs 50");
  EXPECT_THAT(all.probed("cdrs", std::nullopt, at(50s), 0), ElementsAre("cdrs"));
  EXPECT_EQ(next(all), "numbers 30");
}

// The request that failed is answered, and then the cycle fails elsewhere.
TEST(outage, pauses_longer_after_cycles_in_vain) {
  outage all;
  all.failed("cdrs", reach::stream, at(0s), 0);
  for (auto const& [now, then] : std::vector<std::pair<int, std::string>>{
           {0, "cdrs 45"}, {100, "cdrs 190"}, {200, "cdrs 380"}, {400, "cdrs 760"}}) {
    auto const moment = at(std::chrono::seconds(now));
    all.probed("cdrs", std::nullopt, moment, 0);
    all.failed("cdrs", reach::stream, moment, 0);
    EXPECT_EQ(next(all), then);
  }
  for (int n = 0; n < 50; ++n) {
    all.probed("cdrs", std::nullopt, at(1000s), 0);
    all.failed("cdrs", reach::stream, at(1000s), 0);
  }
  EXPECT_EQ(next(all), "cdrs 1900");
  all.answered("cdrs", at(2000s));
  all.failed("cdrs", reach::stream, at(3000s), 0);
  EXPECT_EQ(next(all), "cdrs 3030");
}

TEST(outage, a_stream_that_waits_for_another_asks_nothing_and_is_woken) {
  outage all;
  all.failed("balances", reach::waits, at(0s), 0);
  EXPECT_FALSE(all.is_down());
  EXPECT_EQ(next(all), "none");
  EXPECT_THAT(all.answered("accounts", at(9s)), ElementsAre("balances"));
}

TEST(outage, forgets_a_stream_that_another_process_runs) {
  outage all;
  all.failed("cdrs", reach::partner, at(0s), 0);
  all.forget("cdrs");
  EXPECT_EQ(next(all), "none");
  EXPECT_THAT(all.probed("cdrs", std::nullopt, at(30s), 0), IsEmpty());
}

// A day of being away costs two requests a minute at most, however many streams there are.
TEST(outage, of_eight_streams_does_not_multiply) {
  outage all;
  for (auto const* stream : {"a", "b", "c", "d", "e", "f", "g", "h"}) {
    all.failed(stream, reach::partner, at(0s), 0.99);
  }
  int requests = 0;
  for (auto found = all.next(); found->at < at(24h); found = all.next()) {
    ++requests;
    all.probed(found->stream, reach::partner, found->at, 0.99);
  }
  EXPECT_GE(requests, 24 * 60 * 60 / 45);
  EXPECT_LE(requests, 24 * 60 * 2);
}

}  // namespace
}  // namespace vobiz::schedule
