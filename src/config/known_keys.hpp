#pragma once

#include <string>
#include <vector>

namespace vobiz::config {

// What the reader knows of a key, for the documentation to be compared with.
struct key_description {
  std::string name;           // "partners[].limits.max_in_flight", "streams.cdrs.every"
  std::string takes;          // "duration", "true or false"
  std::string range;          // "1s to 7d"; empty: any
  std::string default_value;  // empty: none
  bool required = false;
};

// Every key of the configuration, in the order of the structs.
std::vector<key_description> known_keys();

}  // namespace vobiz::config
