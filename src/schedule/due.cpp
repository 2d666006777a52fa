#include "vobiz/schedule/due.hpp"

#include <algorithm>

namespace vobiz::schedule {

using core::utc_time;
using std::chrono::duration_cast;
using std::chrono::seconds;

namespace {

constexpr seconds longest_backoff = std::chrono::hours(1);
constexpr seconds unauthorized_pause = std::chrono::minutes(15);
constexpr seconds unavailable_pause = std::chrono::days(1);
constexpr seconds first_retry = std::chrono::minutes(1);
constexpr seconds database_retry{10};
constexpr seconds longest_database_retry = std::chrono::minutes(1);

utc_time::duration part_of(utc_time::duration span, double random) {
  return duration_cast<utc_time::duration>(std::chrono::duration<double>(span) * random);
}

// base, 2 base, 4 base, … with the number of failures, bounded.
seconds doubled(seconds base, int failures, seconds bound) {
  // Beyond 2^20 every base has reached the bound.
  auto const factor = 1L << std::min(failures - 1, 20);
  return std::min(seconds(base.count() * factor), bound);
}

utc_time next_time_of_day(std::chrono::minutes at, utc_time now) {
  utc_time const today = core::day_of(now) + at;
  return today > now ? today : today + std::chrono::days(1);
}

}  // namespace

utc_time next_due(config::stream const& settings, past const& last, utc_time now, double random) {
  if (last.unauthorized) return now + unauthorized_pause + part_of(first_retry, random);
  if (last.unavailable) return now + unavailable_pause + part_of(unavailable_pause / 24, random);
  if (last.by_database) {
    auto const first = settings.at ? database_retry : std::min(database_retry, settings.every);
    auto const wait = doubled(first, last.failures, longest_database_retry);
    return now + wait + part_of(wait / 10, random);
  }
  if (settings.at) {
    auto const regular =
        next_time_of_day(settings.at->since_midnight, now) + part_of(first_retry, random);
    if (last.failures == 0) return regular;
    auto const retry = now + doubled(first_retry, last.failures, longest_backoff);
    return std::min(regular, retry + part_of(first_retry, random));
  }
  utc_time::duration interval = settings.every;
  if (last.failures > 0)
    interval = doubled(std::min(settings.every, first_retry), last.failures, longest_backoff);
  else if (last.busy)
    interval /= 2;
  // A start that lies ahead was read from a clock that has been put back since.
  auto const started = std::min(last.started, now);
  return std::max(now, started + interval + part_of(interval, random / 10));
}

std::chrono::nanoseconds upkeep_pause(config::stream const& settings, int failures, double random) {
  auto const regular = settings.at ? first_retry : std::min<seconds>(settings.every, first_retry);
  auto const pause = failures > 0 ? doubled(first_retry, failures, longest_backoff) : regular;
  return pause + part_of(pause / 10, random);
}

std::chrono::seconds stale_after(config::stream const& settings) {
  if (settings.at) return std::chrono::hours(26);
  return 3 * settings.every + std::chrono::minutes(5);
}

}  // namespace vobiz::schedule
