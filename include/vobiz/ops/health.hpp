#pragma once

#include <string>
#include <vector>

#include "vobiz/ops/facts.hpp"
#include "vobiz/ops/status_reader.hpp"

namespace vobiz::ops {

// Names of the workers that are stuck. A worker that waits for an unavailable API or database is
// not.
std::vector<std::string> stuck_workers(facts const& service);

// Ready: the service waits for nothing, the database is reachable, has this program's schema, and
// each stream's last good cycle is younger than its limit.
struct readiness {
  bool ready = false;
  std::string json;  // which part is not ready, and why
};
readiness judge(facts const& service, status_reader::answer const& mirror);

// One line for `systemctl status`.
std::string status_line(facts const& service);

}  // namespace vobiz::ops
