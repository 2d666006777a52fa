#pragma once

#include "vobiz/config/settings.hpp"

namespace vobiz::ops {

// Sends the log to standard error: text for people (with the time only where nothing else adds one: under
// systemd the journal does), or one JSON object a line.
void set_up_log(config::log const& wanted);

}  // namespace vobiz::ops
