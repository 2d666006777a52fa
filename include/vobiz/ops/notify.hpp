#pragma once

#include <chrono>
#include <optional>
#include <string>

// Tells systemd how the service is (sd_notify(3)), when it listens.
namespace vobiz::ops {

void notify_ready(std::string const& status);
void notify_status(std::string const& status);
void notify_alive();

// A new configuration is being taken up; notify_ready() says that it is at work, or refused.
void notify_reloading();
void notify_stopping();

// How often systemd wants to hear notify_alive(); nothing when it does not.
std::optional<std::chrono::microseconds> watchdog_interval();

}  // namespace vobiz::ops
