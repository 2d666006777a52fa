#pragma once

#include <algorithm>

namespace vobiz::api {

// How many requests may be under way: halved on a refusal, one more for every ten answers
// (additive increase, multiplicative decrease; slow, as the rate does the fine adjustment).
class adaptive_concurrency {
public:
  explicit adaptive_concurrency(int most) : most_(most), allowed_(most) {}

  int allowed() const { return allowed_; }

  void accepted() {
    if (allowed_ == most_ || ++answers_ < 10) return;
    answers_ = 0;
    ++allowed_;
  }

  void refused() {
    allowed_ = std::max(1, allowed_ / 2);
    answers_ = 0;
  }

  void set_most(int most) {
    // What no refusal has reduced grows with the limit.
    allowed_ = allowed_ == most_ ? most : std::min(most, allowed_);
    most_ = most;
  }

private:
  int most_;
  int allowed_;
  int answers_ = 0;  // since it last changed
};

}  // namespace vobiz::api
