#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "log_line.hpp"

namespace vobiz::ops {

// Folds repeated lines: writes the first and counts those of the following minute. Lines are equal
// if only digits differ and partner, stream and window are the same.
class repeats {
public:
  using clock = std::chrono::steady_clock;

  // Whether to write the line.
  bool is_news(log_line const& line, clock::time_point now);

  // Folded lines older than a minute: "TEXT (repeated 12 times in 60 s)". All lines, with
  // time_point::max().
  std::vector<log_line> folded(clock::time_point now);

private:
  struct entry {
    clock::time_point since;
    std::size_t count = 0;
    log_line last;
  };
  std::map<std::string, entry> known_;
};

}  // namespace vobiz::ops
