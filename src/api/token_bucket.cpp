#include "token_bucket.hpp"

#include <algorithm>

namespace vobiz::api {

namespace {

// One request, and what a waiter that wakes late may make up for. More would be a burst that a server
// with a strict window refuses.
constexpr double spare_seconds = 0.05;

}  // namespace

void token_bucket::fill(time_point now, double rate) {
  if (now <= filled_at_) return;
  std::chrono::duration<double> const passed = now - filled_at_;
  tokens_ = std::min(tokens_ + passed.count() * rate, 1 + rate * spare_seconds);
  filled_at_ = now;
}

token_bucket::time_point token_bucket::ready_at(time_point now, double rate) {
  fill(now, rate);
  if (tokens_ >= 1) return now;
  std::chrono::duration<double> const missing((1 - tokens_) / rate);
  // A nanosecond more than computed: rounding must not make the waiter come back for nothing.
  return now + std::chrono::ceil<time_point::duration>(missing) + time_point::duration(1);
}

void token_bucket::take(time_point now, double rate) {
  fill(now, rate);
  tokens_ -= 1;
}

}  // namespace vobiz::api
