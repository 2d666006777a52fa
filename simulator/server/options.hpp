#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "simulator/api/settings.hpp"
#include "simulator/world/world.hpp"

namespace vobiz::simulator {

// What the command line decides.
struct options {
  world_plan plan;
  api_settings api;
  double speed = 1;
  bool frozen = false;
  double rate_limit = 0;  // requests per second, 0 is none
  std::chrono::milliseconds latency{0};
  std::vector<std::string> faults;
  std::string address = "127.0.0.1";
  std::uint16_t port = 8080;
  std::string port_file;
  std::string tls_certificate;
  std::string tls_key;
  int threads = 1;
};

// Reads the command line. When there is nothing to run (--help, or a usage error, which has been
// said) `out` stays and the exit code is returned.
std::optional<int> read_options(int argc, char const* const* argv, options& out);

}  // namespace vobiz::simulator
