#pragma once

#include <chrono>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vobiz/streams/stream.hpp"

namespace vobiz::reconcile {

// A check as defined by its file in reconcile/.
struct check {
  std::string name;
  int version = 0;
  std::vector<streams::stream const*> inputs;  // empty: what the mirror has is enough
  std::chrono::hours wait{};  // after the billing day's end, if longer than reconcile.settle
  std::string formula;
  std::string tolerance;
  std::string meaning;  // what a break means
  std::string action;   // what to do about a break
  std::string sql;      // one SELECT with parameters $1 … $7
};

// The checks in order of execution.
std::span<check const> all_checks();
check const* find_check(std::string_view name);

// Parses a check's file. Throws std::invalid_argument with the mistake.
check parse_check(std::string_view text);

}  // namespace vobiz::reconcile
