#pragma once

#include <string>

#include "simulator/api/settings.hpp"
#include "simulator/world/world.hpp"

namespace vobiz::simulator {

// The provider's own aggregates. Days are UTC days of start_time.
void append_dashboard(std::string& out, world const& of, api_settings const& settings);

// Both ends of the range must be there.
void append_analytics(std::string& out, world const& of, api_settings const& settings,
                      day_range range);

}  // namespace vobiz::simulator
