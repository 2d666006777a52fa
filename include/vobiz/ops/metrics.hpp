#pragma once

#include <string>

#include "vobiz/ops/facts.hpp"
#include "vobiz/ops/status_reader.hpp"

namespace vobiz::ops {

// The text of /metrics. Each series exists from the start; figures from the database keep their
// last value while it does not respond (vobiz_sync_database_up is 0 then).
std::string metrics_text(facts const& service, status_reader::answer const& mirror);

}  // namespace vobiz::ops
