#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vobiz/core/day.hpp"

namespace vobiz::reconcile {

// A day in reconcile.timezone. Not a core::utc_day, the meaning of the API's bare dates.
using billing_day = std::chrono::local_days;

// "2026-01-31".
std::string to_text(billing_day day);
std::optional<billing_day> billing_day_from_text(std::string_view text);

// The days of a month (YYYY-MM), up to `last`. nullopt for any other text.
std::optional<std::vector<billing_day>> days_of_month(std::string_view text, billing_day last);

// The billing day of an instant. `zone` is a name of the time zone database.
billing_day day_at(std::string const& zone, core::utc_time instant);

// The instant at which the local clock shows `at`: the first of two, or the end of the gap if the
// clock skips `at`.
core::utc_time time_of(std::string const& zone, billing_day day, std::chrono::minutes at);

// The days of a nightly run, newest first: yesterday and the seven before. Once a week, the last
// 35.
std::vector<billing_day> days_of_night(billing_day today,
                                       std::optional<billing_day> last_long_night);

// The latest scheduled time (daily at `at`) that is not after `now`.
core::utc_time last_due(std::string const& zone, std::chrono::minutes at, core::utc_time now);

}  // namespace vobiz::reconcile
