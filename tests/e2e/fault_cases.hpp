#pragma once

#include <cstdint>
#include <functional>
#include <ostream>
#include <string>
#include <vector>

namespace vobiz::e2e {

class fault_stage;

// The expected end of a cycle with a fault.
struct fault_ending {
  int code;            // exit code of `sync cdrs`
  std::int64_t asked;  // requests for the day's list; 0 if the fault is earlier
  std::int64_t retries;
  std::string window;  // of the day: state, proof, failed attempts; "none" if removed
  std::string stream;  // the cycle's outcome, the stream's state, its consecutive failures
};

struct fault_case {
  std::string name;
  std::function<void(fault_stage&)> bring;
  std::string says;  // in the log, and in the final message if the cycle fails; # stands for digits
  fault_ending ends;
  std::string stop_at = {};  // SIGTERM is sent when the log has this text
};

inline std::ostream& operator<<(std::ostream& out, fault_case const& one) {
  return out << one.name;
}

std::vector<fault_case> const& fault_cases();

}  // namespace vobiz::e2e
