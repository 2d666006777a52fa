#pragma once

#include <optional>

#include "vobiz/config/settings.hpp"

// What retention means for the days that are asked for. Pure: `today` is the caller's.
namespace vobiz::sync {

// The first day of the oldest month that is kept: months leave whole, once their last day is older
// than the retention. Nothing: kept for ever.
std::optional<core::utc_day> kept_from(config::stream const& settings, core::utc_day today);

// The first day that can be read: the second of the oldest kept month, since the first one also
// lists calls of the evening before, which are of the month that leaves. Nothing: any day.
std::optional<core::utc_day> read_from(config::stream const& settings, core::utc_day today);

// The first day that is asked for: start_date, or a later one that retention sets.
core::utc_day asked_from(config::stream const& settings, core::utc_day today);

}  // namespace vobiz::sync
