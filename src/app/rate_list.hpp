#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "vobiz/sink/wholesale_rates.hpp"

namespace vobiz::app {

// A list of wholesale rates as read, and each line that is none: "line 7: …".
struct rate_list {
  std::vector<sink::wholesale_rate> rates;
  std::vector<std::string> problems;
};

// Reads CSV (RFC 4180) whose first line names its columns, in any order: prefix, direction,
// currency, rate_per_minute, pulse, valid_from and, if need be, valid_to. Refuses what cannot be
// meant: other columns, values that are none, and days of a prefix that overlap.
rate_list read_rate_list(std::string_view csv);

}  // namespace vobiz::app
