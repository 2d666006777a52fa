#include "proof.hpp"

#include "vobiz/core/decimal.hpp"

namespace vobiz::sync {

namespace {

// Whether the summary contradicts what is stored. It cannot where there are rejects: their amounts
// are unknown.
bool contradicts(decode::envelope const& reported, sink::figures const& stored) {
  if (stored.rejects > 0 || !has_sums(reported)) return false;
  // A list without a total ends with an empty page, whose empty summary is not the day's.
  if (!reported.total && reported.zeroed_summary) return false;
  for (std::size_t n = 0; n < reported.measures.size(); ++n) {
    if (!core::same_value(*reported.measures[n], stored.sums[n])) return true;
  }
  return false;
}

}  // namespace

bool has_sums(decode::envelope const& reported) {
  if (!reported.has_summary || reported.degraded_summary() || reported.measures.empty())
    return false;
  for (auto const& sum : reported.measures) {
    if (!sum) return false;
  }
  return true;
}

std::optional<sink::proof> prove(decode::envelope const& reported, sink::figures const& stored,
                                 bool walked_to_the_end) {
  if (reported.total ? *reported.total != stored.rows + stored.rejects : !walked_to_the_end)
    return std::nullopt;
  if (contradicts(reported, stored)) return std::nullopt;
  if (!reported.total) return sink::proof::walk;
  return stored.rejects > 0 || !has_sums(reported) ? sink::proof::total
                                                   : sink::proof::total_and_summary;
}

bool says_the_same(sink::window const& before, decode::envelope const& now) {
  if (before.api_total != now.total) return false;
  if (!has_sums(now)) return true;
  for (std::size_t n = 0; n < now.measures.size(); ++n) {
    auto const& old = before.api_sums[n];
    if (!old || !core::same_value(*old, *now.measures[n])) return false;
  }
  return true;
}

}  // namespace vobiz::sync
