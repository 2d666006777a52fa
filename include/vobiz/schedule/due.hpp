#pragma once

#include <chrono>

#include "vobiz/config/settings.hpp"
#include "vobiz/core/day.hpp"

// When a stream is due, decided from the clock and its past alone.
namespace vobiz::schedule {

// How the last cycle went, as far as it matters for the next.
struct past {
  core::utc_time started{};
  int failures = 0;  // cycles that failed in a row, the last included
  bool unauthorized =
      false;  // the API refuses the credentials: ask slowly until somebody changes them
  bool by_database = false;  // the database ended it: it is there again before an API would be
  bool unavailable = false;  // the API has no such endpoint
  bool busy = false;         // a list of days of which it stored new or changed rows
};

// The instant of the next cycle. `random` in [0, 1) spreads the streams:
// - by interval: `every` after the last start, and up to a tenth of it later; after a busy cycle
//   half of both, since calls come in series: so new rows are stored after a quarter of `every` in
//   the middle, and an hour without any costs what it cost before;
// - by time of day: the next time the clock (UTC) shows `at`, and up to a minute later;
// - after failures: a minute (or a shorter interval), two, four, … up to an hour; a stream with a
//   time of day not later than `at`;
// - after failures of the database: ten seconds (or a shorter interval), twenty, … up to a minute;
// - without credentials: every quarter of an hour;
// - without such an endpoint at the API: daily.
// Never before `now`, and however the clock was set meanwhile, never later than that after it.
core::utc_time next_due(config::stream const& settings, past const& last, core::utc_time now,
                        double random);

// The pause after an upkeep: a minute, or the stream's interval where that is shorter; after
// failures doubled up to an hour. Up to a tenth longer by `random`.
std::chrono::nanoseconds upkeep_pause(config::stream const& settings, int failures, double random);

// How old a stream's last good cycle may be before its data counts as stale: three intervals and
// five minutes, which leaves room for two failures; for a time of day a day and two hours.
std::chrono::seconds stale_after(config::stream const& settings);

}  // namespace vobiz::schedule
