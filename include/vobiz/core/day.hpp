#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace vobiz::core {

// A UTC day: what the API's bare dates mean (partner-api.md, "Pagination and filters"). A billing
// day is a day in reconcile.timezone and never has this type.
using utc_day = std::chrono::sys_days;

using utc_time = std::chrono::system_clock::time_point;

// "2026-01-31".
std::string to_text(utc_day day);

// The day written as YYYY-MM-DD; nothing when it is not exactly that or no such day exists.
std::optional<utc_day> day_from_text(std::string_view text);

// The UTC day an instant falls on.
utc_day day_of(utc_time instant);

// "2026-01-31T10:15:00Z", whole seconds.
std::string to_text(utc_time instant);

}  // namespace vobiz::core
