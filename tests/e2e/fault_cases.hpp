#pragma once

#include <cstdint>
#include <functional>
#include <ostream>
#include <string>
#include <vector>

namespace vobiz::e2e {

class fault_stage;

// How a cycle under a fault ends.
struct fault_ending {
  int code;            // of `sync cdrs`
  std::int64_t asked;  // requests for the day's list; 0 where none gets that far
  std::int64_t retries;
  std::string window;  // of the day: state, proof, failed attempts; "none" where it is gone
  std::string stream;  // the cycle's outcome, the stream's state, its failures in a row
};

struct fault_case {
  std::string name;
  std::function<void(fault_stage&)> bring;
  std::string says;  // in the log, and at the end where the cycle fails; # stands for digits
  fault_ending ends;
  std::string stop_at = {};  // sends SIGTERM once the log says so
};

inline std::ostream& operator<<(std::ostream& out, fault_case const& one) {
  return out << one.name;
}

std::vector<fault_case> const& fault_cases();

}  // namespace vobiz::e2e
