#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <vector>

#include "simulator/world/world.hpp"

namespace vobiz::simulator {

// A day's calls as the dashboard's time series counts them.
struct day_figures {
  utc_day day;
  traffic all;
  traffic inbound;
};

// How the dashboard counts its days, and where it is wrong on purpose.
struct series_settings {
  minutes east_of_utc{0};                          // of the zone whose days it counts by
  std::map<utc_day, traffic> lies;                 // added to a day
  std::optional<std::vector<day_figures>> frozen;  // it tells these days so, whatever has happened

  // The day that it is there.
  utc_day day_at(instant at) const { return day_of(at + east_of_utc); }
};

// The figures of these days, oldest first.
std::vector<day_figures> time_series(world const& of, series_settings const& how, utc_day from,
                                     utc_day to);

}  // namespace vobiz::simulator
