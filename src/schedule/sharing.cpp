#include "sharing.hpp"

#include <algorithm>
#include <map>

namespace vobiz::schedule {

namespace {

using counts = std::map<std::string, std::ptrdiff_t>;

counts count(std::vector<sink::lease_standing> const& leases) {
  counts result;
  for (auto const& lease : leases) {
    // An expired lease counts for no holder: the first process that asks takes it.
    if (!lease.holder.empty() && lease.left.count() > 0) ++result[lease.holder];
  }
  return result;
}

std::vector<sink::lease_key> claims(std::vector<sink::lease_standing> const& leases,
                                    std::string const& self, counts const& streams,
                                    std::ptrdiff_t ours) {
  auto const richest = std::ranges::max_element(
      streams, [](auto const& left, auto const& right) { return left.second < right.second; });
  std::vector<sink::lease_key> result;
  if (richest == streams.end()) return result;
  auto const wanted = (richest->second - ours) / 2;
  // What was claimed before is claimed again first, so that claims do not wander.
  for (auto const* claimed_by : {self.c_str(), ""}) {
    for (auto const& lease : leases) {
      if (std::ssize(result) >= wanted) return result;
      if (lease.holder == richest->first && lease.claimed_by == claimed_by)
        result.push_back(lease.of);
    }
  }
  return result;
}

}  // namespace

share_plan share_out(std::vector<sink::lease_standing> const& leases, std::string const& self) {
  auto streams = count(leases);
  auto& ours = streams[self];
  share_plan plan;
  plan.claims = claims(leases, self, streams, ours);
  for (auto const& lease : leases) {
    if (!lease.fence || lease.claimed_by.empty() || lease.claimed_by == self) continue;
    auto& theirs = streams[lease.claimed_by];
    if (ours - 1 < theirs + 1) continue;
    plan.gifts.push_back({{lease.of, self, *lease.fence}, lease.claimed_by});
    --ours;
    ++theirs;
  }
  return plan;
}

}  // namespace vobiz::schedule
