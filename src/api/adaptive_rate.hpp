#pragma once

#include <chrono>

namespace vobiz::api {

// Finds the rate that a server allows. A refusal cuts the rate, and the rate at which it happened
// becomes the ceiling: the rate grows fast far below it, slowly near it, and fast again beyond it
// (the cubic curve of RFC 9438, in requests per second instead of a window).
class adaptive_rate {
public:
  using time_point = std::chrono::steady_clock::time_point;

  // `most` is never exceeded, in requests per second.
  adaptive_rate(double most, time_point now) : most_(most), rate_(most), last_(now) {}

  double rate() const { return rate_; }

  void accepted(time_point now);

  // The server refused a request sent at `sent` and everybody waits for `pause`. Returns whether
  // the rate was cut: requests that were under way when it was cut last say nothing new.
  bool refused(time_point now, time_point sent, std::chrono::steady_clock::duration pause);

  void set_most(double most);

private:
  double on_curve() const;

  double most_;
  double rate_;
  double ceiling_ = 0;                        // rate at the last refusal; 0: never refused
  double depth_ = 0;                          // share of the ceiling that was cut
  std::chrono::duration<double> age_{0};      // time in use since the cut
  std::chrono::duration<double> plateau_{0};  // age at which the ceiling is reached again
  time_point last_;                           // last answer
  time_point cut_at_ = time_point::min();
  time_point resumed_ = time_point::min();  // when the pause after the last cut ended
};

}  // namespace vobiz::api
