#pragma once

#include <string>

namespace vobiz::ops {

// Tells systemd (when it listens, see sd_notify(3)) that the service is ready, stopping, or what it does.
void notify_ready(std::string const& status);
void notify_stopping();

}  // namespace vobiz::ops
