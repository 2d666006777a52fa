#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "vobiz/core/day.hpp"

namespace vobiz::simulator {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

using core::day_from_text;
using core::utc_day;

// A moment of the simulated world, to the microsecond that the ledger shows.
using instant = std::chrono::sys_time<microseconds>;

inline utc_day day_of(instant at) { return std::chrono::floor<days>(at); }

// After 23:59:59.000000: the part of a day that a bare `to_date` does not reach
// (docs/partner-api.md, "Days may not tile").
inline bool after_last_second(instant at) { return at - day_of(at) > hours(24) - seconds(1); }

// The three spellings of a moment that occur in answers.
enum class zone { z, utc_offset, india_offset };

// ISO 8601 with as many fractional digits as the moment needs, none to six.
void append_time(std::string& out, instant at, zone spelling = zone::z);

std::string to_text(instant at);

// Reads what append_time() writes, and a bare date as its midnight; nothing for anything else.
std::optional<instant> instant_from_text(std::string_view text);

}  // namespace vobiz::simulator
