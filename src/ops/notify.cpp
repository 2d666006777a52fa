#include "vobiz/ops/notify.hpp"

#include <systemd/sd-daemon.h>

namespace vobiz::ops {

void notify_ready(std::string const& status) {
  sd_notify(0, ("READY=1\nSTATUS=" + status).c_str());
}

void notify_stopping() { sd_notify(0, "STOPPING=1"); }

}  // namespace vobiz::ops
