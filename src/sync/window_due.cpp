#include "window_due.hpp"

#include <algorithm>

namespace vobiz::sync {

namespace {

using std::chrono::seconds;

constexpr seconds probe_pause = std::chrono::minutes(15);
constexpr seconds once_a_day = std::chrono::hours(24);
constexpr seconds first_retry = std::chrono::minutes(1);
constexpr seconds longest_retry = std::chrono::hours(1);

bool older_than(std::optional<seconds> age, seconds bound) { return !age || *age >= bound; }

seconds retry_pause(int attempts) {
  // Beyond 2^10 minutes the bound holds anyway.
  return std::min(first_retry * (1 << std::clamp(attempts - 1, 0, 10)), longest_retry);
}

}  // namespace

need what_is_due(sink::window const& window, config::stream const& settings, core::utc_day today,
                 bool everything) {
  using sink::window_state;
  auto const days_ago = (today - window.key.day).count();
  switch (window.state) {
    case window_state::pending:
      return need::nothing;
    case window_state::open:
      return need::read;
    case window_state::mismatch:
    case window_state::forbidden:
      return everything || older_than(window.read_ago, retry_pause(window.attempts))
                 ? need::read
                 : need::nothing;
    case window_state::proven:
      break;
  }
  // Proven under a clock that was ahead: the day is not over.
  if (days_ago <= 0) return need::read;
  if (days_ago <= settings.lookback_days) {
    if (older_than(window.walked_ago, once_a_day)) return need::whole;
    return everything || older_than(window.read_ago, probe_pause) ? need::probe : need::nothing;
  }
  if (days_ago <= settings.audit_days) {
    return everything || older_than(window.read_ago, once_a_day) ? need::probe : need::nothing;
  }
  return need::nothing;
}

}  // namespace vobiz::sync
