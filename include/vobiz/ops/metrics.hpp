#pragma once

#include <string>

#include "vobiz/ops/facts.hpp"
#include "vobiz/ops/status_reader.hpp"

namespace vobiz::ops {

// Everything that /metrics says, in Prometheus' text format. Each series is there from the start;
// what comes from the database keeps its last known value while that does not answer
// (vobiz_sync_database_up says so). Labels are the partner's name in the configuration and the
// stream.
std::string metrics_text(facts const& of, status_reader::answer const& mirror);

}  // namespace vobiz::ops
