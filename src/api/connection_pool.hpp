#pragma once

#include <deque>
#include <memory>

#include "connection.hpp"

namespace vobiz::api {

// Connections that wait for their next request. There are never more than requests in flight at
// most, as a new one is opened only when none is here.
class connection_pool {
public:
  using time_point = std::chrono::steady_clock::time_point;

  explicit connection_pool(std::chrono::seconds idle) : idle_(idle) {}

  // The one used last, so that those not needed grow old; nullptr when there is none fit for use.
  std::unique_ptr<connection> take(time_point now);
  void put(std::unique_ptr<connection> back, time_point now);
  void clear() { waiting_.clear(); }

private:
  void drop_old(time_point now);

  struct entry {
    std::unique_ptr<connection> line;
    time_point since;
  };
  std::chrono::seconds idle_;
  std::deque<entry> waiting_;  // oldest first
};

}  // namespace vobiz::api
