#include "vobiz/ops/notify.hpp"

#include <systemd/sd-daemon.h>

#include <cstdint>

namespace vobiz::ops {

void notify_ready(std::string const& status) {
  sd_notify(0, ("READY=1\nSTATUS=" + status).c_str());
}

void notify_status(std::string const& status) { sd_notify(0, ("STATUS=" + status).c_str()); }

void notify_alive() { sd_notify(0, "WATCHDOG=1"); }

void notify_starting(std::chrono::seconds more) {
  std::chrono::microseconds const patience = more;
  sd_notify(0, ("EXTEND_TIMEOUT_USEC=" + std::to_string(patience.count())).c_str());
}

void notify_reloading() {
  // CLOCK_MONOTONIC, which is steady_clock on Linux. systemd uses it to distinguish reloads.
  auto const now = std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::steady_clock::now().time_since_epoch());
  sd_notify(0, ("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(now.count())).c_str());
}

void notify_stopping() { sd_notify(0, "STOPPING=1"); }

std::optional<std::chrono::microseconds> watchdog_interval() {
  std::uint64_t interval = 0;
  if (sd_watchdog_enabled(0, &interval) <= 0) return std::nullopt;
  return std::chrono::microseconds(interval);
}

}  // namespace vobiz::ops
