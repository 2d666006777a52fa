#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <string>

#include "simulator/api/api.hpp"
#include "simulator/faults/fault_set.hpp"
#include "simulator/faults/rate_limit.hpp"
#include "simulator/faults/wire.hpp"
#include "simulator/server/clock.hpp"
#include "simulator/server/options.hpp"
#include "simulator/server/request_log.hpp"
#include "simulator/world/world.hpp"

namespace vobiz::simulator {

// A change that waits for a list request.
struct interruption {
  long lists_before = 0;  // that may still pass
  std::string path;       // only these are counted, empty is any list
  request change;         // of a control path
};

// What control operations work on.
struct stage {
  explicit stage(options const& chosen);

  world business;
  partner_api api;
  world_clock clock;
  fault_set faults;
  request_log log;
  std::deque<interruption> interruptions;
  std::chrono::milliseconds latency;
};

// A simulated provider, without its sockets. Any thread may call it.
class simulator {
public:
  explicit simulator(options const& chosen);

  // The answer as it goes onto the wire, faults and all.
  script respond(request const& what, bool keep_alive);

  // The answer as the API or a control operation gives it.
  answer ask(request const& what);

  // "47 accounts, 44100 calls, 31200 ledger entries".
  std::string size();

  // Around each request, for the log.
  void began();
  void ended();

private:
  answer serve(request const& what, twist const& changed);
  void interrupt(request const& what);

  std::mutex mutex_;
  stage stage_;
  rate_limit limit_;
};

}  // namespace vobiz::simulator
