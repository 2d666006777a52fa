#pragma once

#include <string>
#include <vector>

#include "vobiz/ops/facts.hpp"
#include "vobiz/ops/status_reader.hpp"

namespace vobiz::ops {

// The names of the workers that make no progress. An API or a database that is away stops none.
std::vector<std::string> stuck_workers(facts const& of);

// Whether the mirror can be relied upon: the database is reachable, has this binary's schema, and
// each stream's last good cycle is younger than its limit.
struct readiness {
  bool ready = false;
  std::string json;  // which part is not, and why
};
readiness judge(facts const& of, status_reader::answer const& mirror);

// One line for `systemctl status`.
std::string status_line(facts const& of);

}  // namespace vobiz::ops
