#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_set>

#include "simulator/api/message.hpp"

namespace vobiz::simulator {

// What clients have asked for since the start or the last reset.
struct request_log {
  std::uint64_t total = 0;
  std::map<std::string, std::uint64_t> by_path;  // ids replaced by {id} and {uuid}
  std::map<std::string, std::uint64_t> by_method;
  std::map<int, std::uint64_t> by_status;
  std::map<std::string, std::uint64_t> by_days;  // path and asked days, of lists that have days
  std::unordered_set<std::string> customers;     // whose lists were asked for
  std::uint64_t body_bytes = 0;                  // before compression
  int in_flight = 0;
  int most_in_flight = 0;

  void began() { most_in_flight = std::max(most_in_flight, ++in_flight); }
  void ended() { --in_flight; }

  // `path` is below the base path.
  void count(request const& what, std::string_view path);

  // Requests under way stay counted as such.
  void reset() {
    auto const now = in_flight;
    *this = {};
    in_flight = most_in_flight = now;
  }
};

// "/accounts/MA_1/cdrs" as "/accounts/{id}/cdrs".
std::string path_pattern(std::string path);

}  // namespace vobiz::simulator
