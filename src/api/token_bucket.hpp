#pragma once

#include <chrono>

namespace vobiz::api {

// How many requests may start, by time alone: one token at most is kept, so that nothing ever goes
// out in a burst (a server may allow none). Tokens come at the rate given at each call: it may
// change at any moment. Rates are in tokens per second and above 0.
class token_bucket {
public:
  using time_point = std::chrono::steady_clock::time_point;

  explicit token_bucket(time_point now) : filled_at_(now) {}

  // When a token can be taken, not before `earliest`; not after `now` if that is at once. Who then
  // comes late by a little does not lose it: the next token comes that much sooner.
  time_point ready_at(time_point now, double rate, time_point earliest);

  void take(time_point now, double rate);

private:
  void fill(time_point now, double rate);

  double tokens_ = 1;
  time_point filled_at_;
  time_point promised_ = time_point::max();  // what ready_at() told somebody who waits
};

}  // namespace vobiz::api
