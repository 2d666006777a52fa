#pragma once

#include <boost/json/object.hpp>

#include "simulator/api/message.hpp"

namespace vobiz::simulator {

struct stage;

// Operations on how the provider behaves. Each throws control_refused when it cannot be done.
answer plant_row(stage& on, boost::json::object const& body);
answer change_capability(stage& on, boost::json::object const& body);
answer change_global(stage& on, boost::json::object const& body);
answer change_api(stage& on, boost::json::object const& body);
answer tell_dashboard(stage const& on);
answer change_dashboard(stage& on, boost::json::object const& body);
answer restore_dashboard(stage& on);
answer tell_live(stage const& on);
answer change_live(stage& on, boost::json::object const& body);
answer add_interruption(stage& on, boost::json::object const& body);

}  // namespace vobiz::simulator
