#pragma once

#include "vobiz/async/priority_gate.hpp"

namespace vobiz::async {

// Admits one coroutine at a time.
class one_inside final : public gatekeeper {
public:
  time_point opens(time_point now) override { return busy_ ? time_point::max() : now; }
  void enter(time_point) override { busy_ = true; }
  void leave(time_point) override { busy_ = false; }

private:
  bool busy_ = false;
};

}  // namespace vobiz::async
