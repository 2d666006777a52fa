#include "window_due.hpp"

#include <gtest/gtest.h>

#include <ostream>

namespace vobiz::sync {

void PrintTo(need what, std::ostream* out) {
  constexpr char const* names[] = {"read", "whole", "probe", "nothing"};
  *out << names[static_cast<int>(what)];
}

namespace {

using sink::window_state;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

core::utc_day const today = *core::day_from_text("2026-03-10");

config::stream settings() {
  config::stream result;
  result.lookback_days = 3;
  result.audit_days = 35;
  return result;
}

sink::window window_of(window_state state, int days_ago, std::optional<seconds> read_ago,
                       std::optional<seconds> walked_ago = std::nullopt,
                       std::optional<seconds> next_try_in = std::nullopt) {
  sink::window w;
  w.state = state;
  w.key.day = today - std::chrono::days(days_ago);
  w.read_ago = read_ago;
  w.walked_ago = walked_ago;
  w.next_try_in = next_try_in;
  return w;
}

struct due_case {
  char const* name;
  sink::window window;
  need in_service;
  need on_demand;  // for the sync command
};

TEST(what_is_due, follows_its_rules) {
  auto const now = seconds(0);
  std::vector<due_case> const cases = {
      {"the queue is the backfill's", window_of(window_state::pending, 0, {}), need::nothing,
       need::nothing},
      {"today", window_of(window_state::open, 0, now), need::read, need::read},
      {"today, which the clock has taken for over", window_of(window_state::proven, 0, now, now),
       need::read, need::read},
      {"open and old", window_of(window_state::open, 400, now), need::read, need::read},
      {"a mismatch in its pause", window_of(window_state::mismatch, 1, now, {}, seconds(1)),
       need::nothing, need::read},
      {"a mismatch after it", window_of(window_state::mismatch, 1, now, {}, seconds(0)), need::read,
       need::read},
      {"a mismatch of long ago", window_of(window_state::mismatch, 1, hours(1), {}, -hours(1)),
       need::read, need::read},
      {"forbidden", window_of(window_state::forbidden, 1, now, {}, seconds(59)), need::nothing,
       need::read},
      {"forbidden, later", window_of(window_state::forbidden, 1, now, {}, -seconds(1)), need::read,
       need::read},
      {"open, its last read failed", window_of(window_state::open, 0, now, {}, seconds(59)),
       need::nothing, need::read},
      {"open, its pause is over", window_of(window_state::open, 0, now, {}, seconds(0)), need::read,
       need::read},
      {"proven, its last probe failed",
       window_of(window_state::proven, 1, hours(1), hours(1), seconds(59)), need::nothing,
       need::probe},
      {"proven, the pause is over", window_of(window_state::proven, 1, hours(1), hours(1), now),
       need::probe, need::probe},
      {"lookback, just read", window_of(window_state::proven, 1, minutes(14), hours(1)),
       need::nothing, need::probe},
      {"lookback, a quarter of an hour ago",
       window_of(window_state::proven, 1, minutes(15), hours(1)), need::probe, need::probe},
      {"lookback, walked yesterday", window_of(window_state::proven, 1, now, hours(24)),
       need::whole, need::whole},
      {"lookback, never walked", window_of(window_state::proven, 1, now), need::whole, need::whole},
      {"its last day", window_of(window_state::proven, 3, now, hours(24)), need::whole,
       need::whole},
      {"the day behind it", window_of(window_state::proven, 4, hours(23), hours(240)),
       need::nothing, need::probe},
      {"audit, a day ago", window_of(window_state::proven, 4, hours(24), hours(240)), need::probe,
       need::probe},
      {"audit, its last day", window_of(window_state::proven, 35, hours(24)), need::probe,
       need::probe},
      {"behind the audit", window_of(window_state::proven, 36, hours(2'400)), need::nothing,
       need::nothing},
  };
  for (auto const& c : cases) {
    EXPECT_EQ(what_is_due(c.window, settings(), today, false), c.in_service) << c.name;
    EXPECT_EQ(what_is_due(c.window, settings(), today, true), c.on_demand) << c.name;
  }
}

}  // namespace
}  // namespace vobiz::sync
