#include "window_due.hpp"

namespace vobiz::sync {

namespace {

using std::chrono::seconds;

constexpr seconds probe_pause = std::chrono::minutes(15);
constexpr seconds once_a_day = std::chrono::hours(24);

bool older_than(std::optional<seconds> age, seconds bound) { return !age || *age >= bound; }

}  // namespace

need what_is_due(sink::window const& window, config::stream const& settings, core::utc_day today,
                 bool everything) {
  using sink::window_state;
  auto const days_ago = (today - window.key.day).count();
  // A failed read of it has its pause.
  if (window.next_try_in > seconds(0) && !everything) return need::nothing;
  switch (window.state) {
    case window_state::pending:
      return need::nothing;
    case window_state::open:
    case window_state::mismatch:
    case window_state::forbidden:
      return need::read;
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
