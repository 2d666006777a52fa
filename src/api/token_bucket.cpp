#include "token_bucket.hpp"

#include <algorithm>

namespace vobiz::api {

namespace {

// Lateness of timers and of a thread that was busy. Whatever is more is a pause.
constexpr std::chrono::duration<double> most_lateness(0.02);

}  // namespace

void token_bucket::fill(time_point now, double rate) {
  if (now <= filled_at_) return;
  std::chrono::duration<double> const passed = now - filled_at_;
  std::chrono::duration<double> late(0);
  if (promised_ < now)
    late = std::min<std::chrono::duration<double>>(now - promised_, most_lateness);
  tokens_ = std::min(tokens_ + passed.count() * rate, 1 + rate * late.count());
  filled_at_ = now;
}

token_bucket::time_point token_bucket::ready_at(time_point now, double rate, time_point earliest) {
  fill(now, rate);
  auto result = std::max(now, earliest);
  if (tokens_ < 1) {
    std::chrono::duration<double> const missing((1 - tokens_) / rate);
    // A nanosecond more than computed: rounding must not make the waiter come back for nothing.
    auto const full = now + std::chrono::ceil<time_point::duration>(missing);
    result = std::max(result, full + time_point::duration(1));
  }
  if (result > now) promised_ = result;
  return result;
}

void token_bucket::take(time_point now, double rate) {
  fill(now, rate);
  tokens_ -= 1;
  promised_ = time_point::max();
}

}  // namespace vobiz::api
