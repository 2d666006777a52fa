#include "adaptive_rate.hpp"

#include <algorithm>

namespace vobiz::api {

namespace {

using seconds = std::chrono::duration<double>;

// A refusal this soon after the last cut says that the rate is far off; later ones mean that the
// slow climb has just found the limit.
constexpr seconds soon(10);
constexpr double deep_cut = 0.5;
constexpr double light_cut = 0.05;

// The climb back to the ceiling lasts so long that the pause at its end costs little: a refusal a
// minute is one in 300 requests at 5/s, and a pause of p seconds at most a thirtieth of the time.
constexpr seconds shortest_climb(60);
constexpr double climb_per_pause = 30;

// A server that refuses everything is still asked now and then.
constexpr double slowest = 0.1;

}  // namespace

double adaptive_rate::on_curve() const {
  double const x = (age_ - plateau_) / plateau_;
  return ceiling_ * (1 + depth_ * x * x * x);
}

void adaptive_rate::accepted(time_point now) {
  // Idle time proves nothing about the rate: only as much counts as one request stands for.
  seconds const passed = now - last_;
  last_ = std::max(last_, now);
  if (ceiling_ == 0) return;
  age_ += std::clamp(passed, seconds(0), std::max(seconds(1), seconds(2 / rate_)));
  rate_ = std::clamp(on_curve(), std::min(slowest, most_), most_);
}

bool adaptive_rate::refused(time_point now, time_point sent,
                            std::chrono::steady_clock::duration pause) {
  if (sent < cut_at_) return false;
  bool const far_off = ceiling_ == 0 || now - resumed_ < soon;
  depth_ = far_off ? deep_cut : light_cut;
  ceiling_ = std::max(rate_, slowest);
  plateau_ = std::max(shortest_climb, climb_per_pause * seconds(pause));
  age_ = seconds(0);
  rate_ = std::clamp(on_curve(), std::min(slowest, most_), most_);
  cut_at_ = now;
  resumed_ = now + pause;
  last_ = resumed_;
  return true;
}

void adaptive_rate::set_most(double most) {
  most_ = most;
  rate_ = ceiling_ == 0 ? most_ : std::min(rate_, most_);
}

}  // namespace vobiz::api
