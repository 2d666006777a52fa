#pragma once

#include <chrono>
#include <optional>
#include <string>

// Reports the service's state to systemd (sd_notify(3)), if systemd listens.
namespace vobiz::ops {

void notify_ready(std::string const& status);
void notify_status(std::string const& status);
void notify_alive();

// The start takes longer: systemd waits this much more for notify_ready() or the next call.
void notify_starting(std::chrono::seconds more);

// A reload has begun; notify_ready() reports its end, whether applied or refused.
void notify_reloading();
void notify_stopping();

// The watchdog interval that systemd set; nullopt without a watchdog.
std::optional<std::chrono::microseconds> watchdog_interval();

}  // namespace vobiz::ops
