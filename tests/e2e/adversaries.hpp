#pragma once

#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "support/hostile_server.hpp"

namespace vobiz::e2e {

// A server that does its worst with each request for /cdrs.
struct adversary {
  std::string name;
  std::function<support::script()> what;
  std::string says;  // how the cycle's message ends, before the number of attempts
  // Where the configuration has the partner, PORT stands for the server's; empty: there, in http.
  std::string partner = {};
};

inline std::ostream& operator<<(std::ostream& out, adversary const& one) { return out << one.name; }

// What costs no memory if it is bounded: endless answers, and those that never come. Each ends with
// a response timeout of 0.3 s.
std::vector<adversary> const& adversaries_on_the_wire();

// Bodies of about 32 MiB, the default of max_response.
std::vector<adversary> const& adversaries_in_a_body();

}  // namespace vobiz::e2e
