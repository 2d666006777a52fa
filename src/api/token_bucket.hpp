#pragma once

#include <chrono>

namespace vobiz::api {

// How many requests may start, by time alone. Tokens come at the rate given at each call, so that the
// rate may change at any moment.
class token_bucket {
public:
  using time_point = std::chrono::steady_clock::time_point;

  explicit token_bucket(time_point now) : filled_at_(now) {}

  // When a token is there; not after `now` if it is there already. Rate in tokens per second, above 0.
  time_point ready_at(time_point now, double rate);

  // Takes one; the balance may become negative when nothing was there.
  void take(time_point now, double rate);

private:
  void fill(time_point now, double rate);

  double tokens_ = 1;
  time_point filled_at_;
};

}  // namespace vobiz::api
