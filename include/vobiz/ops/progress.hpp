#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace vobiz::ops {

// How far long work is: on a terminal one line that is drawn again and again (a bar, the rate and
// the time left), elsewhere a plain line now and then. Writes to standard error.
class progress {
public:
  using clock = std::chrono::steady_clock;

  // `what` names the units: "windows".
  progress(std::string what, std::int64_t total, bool on_terminal, clock::time_point now);

  // The line for this state, without control characters; empty when it is too soon for another one.
  std::string line(std::int64_t done, std::int64_t rows, clock::time_point now);

  // Draws the line, if there is one.
  void show(std::int64_t done, std::int64_t rows, clock::time_point now);

  // Ends the line that is drawn over.
  void finish();

private:
  std::string what_;
  std::int64_t total_;
  bool on_terminal_;
  clock::time_point start_;
  clock::time_point last_;
  bool shown_ = false;
};

// Whether standard error is a terminal.
bool stderr_is_terminal();

}  // namespace vobiz::ops
