#pragma once

#include <chrono>

#include "adaptive_concurrency.hpp"
#include "adaptive_rate.hpp"
#include "token_bucket.hpp"
#include "vobiz/async/priority_gate.hpp"
#include "vobiz/config/settings.hpp"

namespace vobiz::api {

// The request budget of one credential (docs/architecture.md, "One request budget"): when the next
// request may start. Only arithmetic; the gate does the waiting.
class pacing final : public async::gatekeeper {
public:
  pacing(config::limits const& limits, time_point now);

  time_point opens(time_point now) override;
  void enter(time_point now) override;
  void leave(time_point now) override;

  // Any answer that is not a refusal for being too fast.
  void accepted(time_point now);

  // A 429 to a request sent at `sent`: no request starts before `pause` has passed.
  void refused(time_point now, time_point sent, time_point::duration pause);

  void reconfigure(config::limits const& limits);

  double rate() const { return rate_.rate(); }
  int allowed() const { return concurrency_.allowed(); }

private:
  token_bucket bucket_;
  adaptive_rate rate_;
  adaptive_concurrency concurrency_;
  int in_flight_ = 0;
  time_point paused_until_;
};

}  // namespace vobiz::api
