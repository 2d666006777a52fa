#pragma once

#include <cstdint>
#include <vector>

#include "simulator/api/message.hpp"
#include "simulator/faults/fault.hpp"
#include "simulator/faults/wire.hpp"
#include "simulator/world/random.hpp"

namespace vobiz::simulator {

class partner_api;

// The faults in force.
class fault_set {
public:
  explicit fault_set(std::uint64_t seed) : random_(mix(seed ^ 0xfa17)) {}

  void add(fault one) { faults_.push_back({std::move(one), 0}); }
  void clear() { faults_.clear(); }

  struct entry {
    fault what;
    std::uint64_t hits = 0;
  };
  std::vector<entry> const& all() const { return faults_; }

  // Those that hit this request (its path below the base path), counted as used.
  std::vector<fault> strike(std::string_view path, std::string_view query);

private:
  std::vector<entry> faults_;
  random_source random_;
};

// Replaces the answer by what a fault says instead; true when it did.
bool replace_answer(fault const& what, partner_api& api, instant now, answer& out);

// Writes an answer as the faults that touch the wire would.
script damaged_script(std::vector<fault> const& faults, answer const& what, bool keep_alive,
                      bool gzipped);

}  // namespace vobiz::simulator
