#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "vobiz/api/client.hpp"
#include "vobiz/sink/journal.hpp"

namespace vobiz::sync {

// What the cycles of a stream did, added up. Only ever grows.
struct totals {
  api::counters api;
  sink::merge_counts rows;
  std::int64_t removed = 0;
  std::int64_t rejected = 0;
};

// Counts what a stream's cycles do since the process started, those under way included: the figures
// are those that each cycle keeps for its own run anyway.
class activity {
public:
  using clock = std::chrono::steady_clock;

  // The figures of a cycle under way, which outlive it.
  struct figures {
    sink::run_report const* report;
    api::counters const* spent;
  };

  // Upper bounds in seconds: an idle poll takes well under one, a first read of a large day
  // minutes.
  static constexpr std::array<double, 8> bounds{0.1, 0.5, 1, 5, 15, 60, 300, 1800};

  // How long cycles took: how many not longer than each bound and longer than the one before; the
  // last place is for all beyond.
  struct durations {
    std::array<std::uint64_t, bounds.size() + 1> counts{};
    double sum = 0;  // seconds
  };

  void began(figures const& cycle);
  void ended(figures const& cycle);

  totals so_far() const;
  std::uint64_t cycles(sink::run_outcome outcome) const;
  durations const& took() const { return took_; }
  std::optional<sink::run_outcome> last() const { return last_; }  // of the cycle that ended last

private:
  struct under_way {
    figures of;
    clock::time_point since;
  };

  std::vector<under_way>
      under_way_;  // a cycle and the windows of the queue that are read side by side
  totals finished_;
  std::array<std::uint64_t, sink::run_outcomes> outcomes_{};
  durations took_;
  std::optional<sink::run_outcome> last_;
};

}  // namespace vobiz::sync
