#include "pacing.hpp"

#include <algorithm>

namespace vobiz::api {

pacing::pacing(config::limits const& limits, time_point now)
    : bucket_(now),
      rate_(limits.requests_per_second, now),
      concurrency_(limits.max_in_flight),
      paused_until_(now) {}

pacing::time_point pacing::opens(time_point now) {
  if (in_flight_ >= concurrency_.allowed()) return time_point::max();
  return bucket_.ready_at(now, rate_.rate(), paused_until_);
}

void pacing::enter(time_point now) {
  ++in_flight_;
  bucket_.take(now, rate_.rate());
}

void pacing::leave(time_point /*now*/) { --in_flight_; }

void pacing::accepted(time_point now) {
  rate_.accepted(now);
  concurrency_.accepted();
}

void pacing::refused(time_point now, time_point sent, time_point::duration pause) {
  paused_until_ = std::max(paused_until_, now + pause);
  if (rate_.refused(now, sent, pause)) concurrency_.refused();
}

void pacing::reconfigure(config::limits const& limits) {
  rate_.set_most(limits.requests_per_second);
  concurrency_.set_most(limits.max_in_flight);
}

}  // namespace vobiz::api
