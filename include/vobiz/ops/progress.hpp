#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace vobiz::ops {

// Shows progress on standard error. On a terminal it redraws one line (bar, rate, time left);
// elsewhere it prints a line now and then.
class progress {
public:
  using clock = std::chrono::steady_clock;

  // `what` names the unit, for example "windows".
  progress(std::string what, std::int64_t total, bool on_terminal, clock::time_point now);

  // The line for this state, without control characters; empty if the last one is too recent.
  // Without `rows` none are spoken of.
  std::string line(std::int64_t done, std::optional<std::int64_t> rows, clock::time_point now);

  // Draws the line, if one is due.
  void show(std::int64_t done, std::optional<std::int64_t> rows, clock::time_point now);

  // Ends the line that is redrawn.
  void finish();

private:
  std::string what_;
  std::int64_t total_;
  bool on_terminal_;
  clock::time_point start_;
  clock::time_point last_;
  bool shown_ = false;
};

// Whether standard output, or standard error, is a terminal.
bool stdout_is_terminal();
bool stderr_is_terminal();

}  // namespace vobiz::ops
