#pragma once

#include <chrono>

#include "simulator/world/calendar.hpp"

namespace vobiz::simulator {

// The world's time: real time sped up, or one that only moves when told to.
class world_clock {
public:
  world_clock(instant start, double speed, bool frozen)
      : start_(start), speed_(frozen ? 0 : speed), began_(std::chrono::steady_clock::now()) {}

  instant now() const {
    auto const passed =
        std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - began_);
    return start_ + microseconds(static_cast<std::int64_t>(passed.count() * speed_));
  }

  void advance(microseconds by) { start_ += by; }

private:
  instant start_;
  double speed_;  // simulated seconds in a second
  std::chrono::steady_clock::time_point began_;
};

}  // namespace vobiz::simulator
