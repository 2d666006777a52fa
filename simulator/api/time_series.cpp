#include "simulator/api/time_series.hpp"

#include <algorithm>

namespace vobiz::simulator {

namespace {

call_sums sums_of_day(world const& of, minutes east_of_utc, utc_day day) {
  auto const& calls = of.calls.all();
  if (east_of_utc == minutes(0)) return calls.select({day, day}).sums;
  instant const begins = day - east_of_utc;
  instant const ends = begins + days(1);
  auto const touched = calls.select({day_of(begins), day_of(ends)});
  call_sums sums;
  for (auto const* rows : touched.segments) {
    for (auto const at : *rows) {
      auto const& made = of.calls[at];
      if (made.start >= begins && made.start < ends) sums.add(made.figures(), 1);
    }
  }
  return sums;
}

}  // namespace

std::vector<day_figures> time_series(world const& of, series_settings const& how, utc_day from,
                                     utc_day to) {
  std::vector<day_figures> series;
  for (auto day = from; day <= to; day += days(1)) {
    if (how.frozen) {
      auto const told = std::ranges::find(*how.frozen, day, &day_figures::day);
      series.push_back(told == how.frozen->end() ? day_figures{day, {}, {}} : *told);
      continue;
    }
    auto const sums = sums_of_day(of, how.east_of_utc, day);
    series.push_back({day, sums.all, sums.inbound});
    auto const lie = how.lies.find(day);
    if (lie != how.lies.end()) series.back().all.add(lie->second, 1);
  }
  return series;
}

}  // namespace vobiz::simulator
