#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>

namespace vobiz::simulator {

// A token bucket that holds one second's worth of requests, at least one.
class rate_limit {
public:
  using clock = std::chrono::steady_clock;

  // Requests per second; 0 is no limit.
  explicit rate_limit(double per_second)
      : rate_(per_second), tokens_(std::max(per_second, 1.0)), filled_(clock::now()) {}

  // Nothing when the request may pass, else the whole seconds until another may.
  std::optional<int> take(clock::time_point now) {
    if (rate_ <= 0) return std::nullopt;
    auto const passed = std::chrono::duration<double>(now - filled_).count();
    filled_ = now;
    tokens_ = std::min(tokens_ + passed * rate_, std::max(rate_, 1.0));
    if (tokens_ >= 1) {
      tokens_ -= 1;
      return std::nullopt;
    }
    return static_cast<int>(std::ceil((1 - tokens_) / rate_));
  }

private:
  double rate_;
  double tokens_;
  clock::time_point filled_;
};

}  // namespace vobiz::simulator
