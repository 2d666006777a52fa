#include "pacing.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <random>
#include <string>
#include <vector>

namespace vobiz::api {
namespace {

using time_point = pacing::time_point;
using std::chrono::milliseconds;
using std::chrono::seconds;

time_point at(milliseconds since_start) { return time_point(std::chrono::hours(1) + since_start); }

TEST(token_bucket, gives_one_token_then_the_rate) {
  auto const start = at(milliseconds(0));
  token_bucket bucket(start);
  EXPECT_EQ(bucket.ready_at(start, 5, start), start);
  bucket.take(start, 5);
  auto const next = bucket.ready_at(start, 5, start);
  EXPECT_GT(next, at(milliseconds(199)));
  EXPECT_LT(next, at(milliseconds(201)));
  EXPECT_EQ(bucket.ready_at(next, 5, start), next) << "the token is available at that time";
}

TEST(token_bucket, keeps_no_burst) {
  auto const start = at(milliseconds(0));
  for (bool const paused : {false, true}) {
    token_bucket bucket(start);
    auto const later = at(std::chrono::hours(1));
    if (paused) bucket.ready_at(start + seconds(1), 20, later);
    ASSERT_EQ(bucket.ready_at(later, 20, start), later);
    bucket.take(later, 20);
    EXPECT_GT(bucket.ready_at(later, 20, start), later + milliseconds(49)) << paused;
  }
}

TEST(token_bucket, makes_up_for_a_late_waiter) {
  auto const start = at(milliseconds(0));
  token_bucket bucket(start);
  bucket.take(start, 10);
  auto const promised = bucket.ready_at(start, 10, start);
  auto const came = promised + milliseconds(15);
  bucket.take(came, 10);
  EXPECT_LT(bucket.ready_at(came, 10, start), promised + milliseconds(101));
}

TEST(adaptive_concurrency, halves_and_comes_back_slowly) {
  adaptive_concurrency limit(5);
  limit.refused();
  EXPECT_EQ(limit.allowed(), 2);
  limit.refused();
  limit.refused();
  EXPECT_EQ(limit.allowed(), 1);
  for (int answer = 0; answer < 9; ++answer) limit.accepted();
  EXPECT_EQ(limit.allowed(), 1);
  limit.accepted();
  EXPECT_EQ(limit.allowed(), 2);
  for (int answer = 0; answer < 100; ++answer) limit.accepted();
  EXPECT_EQ(limit.allowed(), 5);
  limit.set_most(8);
  EXPECT_EQ(limit.allowed(), 8);
  limit.refused();
  limit.set_most(10);
  EXPECT_EQ(limit.allowed(), 4) << "a higher limit does not undo a reduction";
  limit.set_most(3);
  EXPECT_EQ(limit.allowed(), 3);
}

TEST(adaptive_rate, counts_refusals_of_one_flight_once) {
  adaptive_rate rate(8, at(seconds(0)));
  EXPECT_TRUE(rate.refused(at(seconds(10)), at(seconds(9)), seconds(1)));
  EXPECT_DOUBLE_EQ(rate.rate(), 4);
  EXPECT_FALSE(rate.refused(at(milliseconds(10'100)), at(milliseconds(9'500)), seconds(1)));
  EXPECT_DOUBLE_EQ(rate.rate(), 4);
  EXPECT_TRUE(rate.refused(at(seconds(12)), at(seconds(11)), seconds(1)));
  EXPECT_DOUBLE_EQ(rate.rate(), 2) << "a refusal soon after a cut cuts again";
}

TEST(adaptive_rate, grows_only_with_use_and_never_above_the_limit) {
  adaptive_rate rate(8, at(seconds(0)));
  rate.refused(at(seconds(0)), at(seconds(0)), seconds(0));
  rate.accepted(at(std::chrono::hours(24)));
  EXPECT_LT(rate.rate(), 4.3) << "a day without requests raises no rate";
  for (int second = 1; second < 300; ++second) {
    rate.accepted(at(std::chrono::hours(24) + seconds(second)));
    EXPECT_LE(rate.rate(), 8);
  }
  EXPECT_DOUBLE_EQ(rate.rate(), 8);
}

TEST(adaptive_rate, still_asks_a_server_that_refuses_everything) {
  adaptive_rate rate(5, at(seconds(0)));
  for (int minute = 1; minute < 60; ++minute) {
    rate.refused(at(std::chrono::minutes(minute)), at(std::chrono::minutes(minute)), seconds(60));
  }
  EXPECT_GE(rate.rate(), 0.05);
}

TEST(pacing, stops_at_the_flight_limit_and_goes_on_when_one_leaves) {
  config::limits limits;
  limits.requests_per_second = 1000;
  limits.max_in_flight = 2;
  pacing pace(limits, at(seconds(0)));
  pace.enter(at(seconds(1)));
  pace.enter(at(seconds(2)));
  EXPECT_EQ(pace.opens(at(seconds(3))), time_point::max());
  pace.leave(at(seconds(3)));
  EXPECT_EQ(pace.opens(at(seconds(3))), at(seconds(3)));
}

TEST(pacing, pauses_everybody_for_the_longest_wait_asked_for) {
  config::limits limits;
  pacing pace(limits, at(seconds(0)));
  pace.refused(at(seconds(1)), at(seconds(1)), seconds(30));
  pace.refused(at(seconds(2)), at(seconds(1)), seconds(5));
  EXPECT_EQ(pace.opens(at(seconds(2))), at(seconds(31)));
}

// A model of the server's rate limiter, in virtual time.
struct allowance {
  std::string name;
  double rate;    // requests per second
  double burst;   // size of the token bucket; 0: fixed windows
  double window;  // seconds, if burst is 0: each window allows rate * window requests
};

// Whole seconds until the server accepts the next request, as in Retry-After; 0 if it accepts this
// one.
class limiter {
public:
  explicit limiter(allowance of) : of_(of), tokens_(of.burst) {}

  int ask(double now) {
    if (of_.burst > 0) {
      tokens_ = std::min(of_.burst, tokens_ + (now - last_) * of_.rate);
      last_ = now;
      if (tokens_ >= 1) {
        tokens_ -= 1;
        return 0;
      }
      return 1;
    }
    auto const window = std::floor(now / of_.window);
    if (window != window_) {
      window_ = window;
      taken_ = 0;
    }
    if (taken_ + 1 <= of_.rate * of_.window) {
      ++taken_;
      return 0;
    }
    return static_cast<int>(std::ceil((window + 1) * of_.window - now));
  }

private:
  allowance of_;
  double tokens_;
  double last_ = 0;
  double window_ = -1;
  double taken_ = 0;
};

struct figures {
  double used = 0;     // accepted requests / allowed requests
  double refused = 0;  // refused requests / sent requests
};

// Sends as fast as the budget allows, with up to 3 ms of network delay. Counts minutes 10 to 40.
figures simulate(allowance const& allowed, double configured, int in_flight, milliseconds latency) {
  config::limits limits;
  limits.requests_per_second = configured;
  limits.max_in_flight = in_flight;
  auto const start = at(seconds(0));
  pacing pace(limits, start);
  limiter server(allowed);
  struct flight {
    time_point answered;
    time_point sent;
    int wait;
  };
  std::deque<flight> flights;  // the same latency for all, so they arrive in order
  std::minstd_rand engine(1);
  auto const up_to = [&](int most) { return std::chrono::microseconds(engine() % most); };
  auto const settled = start + std::chrono::minutes(10);
  auto const end = settled + std::chrono::minutes(30);
  double accepted = 0;
  double refused = 0;
  for (auto now = start; now < end;) {
    while (!flights.empty() && flights.front().answered <= now) {
      auto const response = flights.front();
      flights.pop_front();
      if (response.wait > 0) {
        pace.refused(now, response.sent, seconds(response.wait));
      } else {
        pace.accepted(now);
      }
      pace.leave(now);
      if (now >= settled) (response.wait > 0 ? refused : accepted) += 1;
    }
    auto const opens = pace.opens(now);
    if (opens <= now) {
      pace.enter(now);
      std::chrono::duration<double> const arrival = now + latency / 2 + up_to(3000) - start;
      flights.push_back({now + latency, now, server.ask(arrival.count())});
      continue;
    }
    auto next = opens;
    if (!flights.empty()) next = std::min(next, flights.front().answered);
    now = next + up_to(1500);  // timers fire late
  }
  return {accepted / (allowed.rate * 1800), refused / (accepted + refused)};
}

TEST(pacing, settles_at_what_the_server_allows) {
  std::vector<allowance> const servers{
      {"bucket of 1", 5, 1, 0},
      {"bucket of a second", 5, 5, 0},
      {"bucket of 3", 20, 3, 0},
      {"bucket of a second", 20, 20, 0},
      {"bucket of ten seconds", 20, 200, 0},
      {"bucket of a second", 2, 2, 0},
      {"fixed second", 5, 0, 1},
      {"fixed second", 20, 0, 1},
      {"fixed minute", 5, 0, 60},
      {"bucket of a second", 50, 50, 0},
  };
  for (auto const& server : servers) {
    for (double const configured : {1.2 * server.rate, 4 * server.rate, 50 * server.rate}) {
      for (auto const latency : {milliseconds(10), milliseconds(100)}) {
        auto const got = simulate(server, configured, 16, latency);
        auto const what = testing::Message()
                          << server.name << " at " << server.rate << "/s, configured " << configured
                          << "/s, " << latency.count() << " ms";
        EXPECT_GE(got.used, 0.95) << what << " refused " << got.refused;
        EXPECT_LE(got.refused, 0.01) << what << " used " << got.used;
      }
    }
  }
}

}  // namespace
}  // namespace vobiz::api
