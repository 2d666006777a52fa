#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "log_line.hpp"

namespace vobiz::ops {

// Folds lines that say the same again and again: the first is written, those of the following
// minute are counted. Lines are the same when only their digits differ (attempts, waiting times)
// and they are about the same partner, stream and window.
class repeats {
public:
  using clock = std::chrono::steady_clock;

  // Whether to write the line.
  bool is_news(log_line const& line, clock::time_point now);

  // What was folded and is over a minute old, to be written: "TEXT (repeated 12 times in 60 s)".
  // All, with time_point::max().
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
