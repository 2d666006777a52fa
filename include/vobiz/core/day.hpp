#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace vobiz::core {

// A UTC day, the meaning of the API's bare dates (docs/partner-api.md, "Pagination and filters"). A
// billing day is a day in reconcile.timezone and never has this type.
using utc_day = std::chrono::sys_days;

using utc_time = std::chrono::system_clock::time_point;

// "2026-01-31".
std::string to_text(utc_day day);

// Parses YYYY-MM-DD. nullopt for any other text and for a day that does not exist.
std::optional<utc_day> day_from_text(std::string_view text);

// The UTC day of an instant.
utc_day day_of(utc_time instant);

// "2026-01-31T10:15:00Z", in whole seconds.
std::string to_text(utc_time instant);

}  // namespace vobiz::core
