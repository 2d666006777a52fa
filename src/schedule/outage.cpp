#include "vobiz/schedule/outage.hpp"

#include <algorithm>

namespace vobiz::schedule {

namespace {

// Up to a sixth earlier, never later: the pause is what a recovery may cost.
outage::time after(std::chrono::seconds pause, outage::time now, double random) {
  auto const part = std::chrono::duration<double>(pause) * (1 - random / 6);
  return now + std::chrono::duration_cast<outage::time::duration>(part);
}

}  // namespace

bool outage::belongs_to_outage(failing const& one) const {
  return one.how_far == reach::partner && !one.running &&
         (!last_answer_ || one.since > *last_answer_);
}

bool outage::is_down() const {
  return std::ranges::any_of(failing_,
                             [this](entry const& one) { return belongs_to_outage(one.second); });
}

// Marks the streams that the API's answer concerns as running, and returns them: the one named, or
// all of the outage; and those that wait for others.
outage::names outage::wake(std::string const* only, time now) {
  names woken;
  for (auto& [stream, one] : failing_) {
    if (one.running) continue;
    bool const named = only != nullptr && stream == *only;
    if (!named && !belongs_to_outage(one) && one.how_far != reach::waits) continue;
    one.running = true;
    woken.push_back(stream);
  }
  last_answer_ = now;
  return woken;
}

outage::names outage::answered(std::string const& stream, time now) {
  failing_.erase(stream);
  return wake(nullptr, now);
}

outage::names outage::failed(std::string const& stream, reach how_far, time now, double random) {
  bool const was_down = is_down();
  auto const [place, is_new] = failing_.try_emplace(stream);
  auto& one = place->second;
  if (is_new) one.since = now;
  if (one.running) ++one.in_vain;
  one.how_far = how_far;
  one.running = false;
  // Beyond 2^5 the bound holds anyway.
  auto const pause =
      std::min(probe_pause * (1 << std::min(std::max(one.in_vain - 1, 0), 5)), longest_probe_pause);
  one.probe_at = after(is_new ? first_probe_pause : pause, now, random);
  if (!was_down) probe_all_at_ = one.probe_at;
  return how_far == reach::stream ? wake(nullptr, now) : names();
}

std::optional<outage::probe> outage::next() const {
  entry const* best = nullptr;
  if (is_down()) {
    for (auto const& one : failing_) {
      if (!belongs_to_outage(one.second)) continue;
      if (best == nullptr || one.second.asked < best->second.asked) best = &one;
    }
    return probe{best->first, probe_all_at_};
  }
  for (auto const& one : failing_) {
    if (one.second.running || one.second.how_far == reach::waits) continue;
    if (best == nullptr || one.second.probe_at < best->second.probe_at) best = &one;
  }
  if (best == nullptr) return std::nullopt;
  return probe{best->first, best->second.probe_at};
}

outage::names outage::probed(std::string const& stream, std::optional<reach> failure, time now,
                             double random) {
  auto const place = failing_.find(stream);
  if (place == failing_.end()) return {};
  auto& one = place->second;
  if (!failure) return wake(&stream, now);
  one.probe_at = after(probe_pause, now, random);
  if (*failure == reach::partner) {
    one.asked = now;
    probe_all_at_ = one.probe_at;
    return {};
  }
  // The API answers, only not this stream.
  one.how_far = reach::stream;
  return wake(nullptr, now);
}

}  // namespace vobiz::schedule
