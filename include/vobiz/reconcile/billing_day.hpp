#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vobiz/core/day.hpp"

namespace vobiz::reconcile {

// A day in reconcile.timezone. Never a core::utc_day, which is what the API's bare dates mean.
using billing_day = std::chrono::local_days;

// "2026-01-31".
std::string to_text(billing_day day);
std::optional<billing_day> billing_day_from_text(std::string_view text);

// The days of a month written as YYYY-MM, up to `last`; nothing when it is not written like that.
std::optional<std::vector<billing_day>> days_of_month(std::string_view text, billing_day last);

// The billing day that an instant falls on. `zone` is a name of the time zone database.
billing_day day_at(std::string const& zone, core::utc_time instant);

// The instant at which a billing day's clock shows `at`; where clocks change, the first one after
// it.
core::utc_time time_of(std::string const& zone, billing_day day, std::chrono::minutes at);

// The days a nightly run checks, newest first: yesterday and the seven before it; all of the last
// 35 where the last run that did so is a week old or there was none.
std::vector<billing_day> days_of_night(billing_day today,
                                       std::optional<billing_day> last_long_night);

// The last moment of the schedule (every day at `at`) that is not after `now`.
core::utc_time last_due(std::string const& zone, std::chrono::minutes at, core::utc_time now);

}  // namespace vobiz::reconcile
