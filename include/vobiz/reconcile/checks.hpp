#pragma once

#include <chrono>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vobiz/streams/stream.hpp"

namespace vobiz::reconcile {

// A check as its file in reconcile/ states it.
struct check {
  std::string name;
  int version = 0;
  std::vector<streams::stream const*> inputs;
  std::chrono::hours
      wait{};  // after the billing day's end, where that is longer than reconcile.settle
  std::string formula;
  std::string tolerance;
  std::string meaning;  // of a break
  std::string action;   // what to do about one
  std::string sql;      // one SELECT, its parameters as $1 … $7
};

// The thirteen checks in the order they run.
std::span<check const> all_checks();
check const* find_check(std::string_view name);

// Reads the text of a check's file. Throws std::invalid_argument naming what is wrong with it.
check parse_check(std::string_view text);

}  // namespace vobiz::reconcile
