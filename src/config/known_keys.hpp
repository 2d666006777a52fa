#pragma once

#include <string>
#include <vector>

namespace vobiz::config {

// The reader's description of a key. A test compares it with the documentation.
struct key_description {
  std::string name;           // "partners[].limits.max_in_flight", "streams.cdrs.every"
  std::string takes;          // "duration", "true or false"
  std::string range;          // "1s to 7d"; empty: any value
  std::string default_value;  // empty: no default
  bool required = false;
};

// Every key of the configuration, in the order of the structs.
std::vector<key_description> known_keys();

}  // namespace vobiz::config
