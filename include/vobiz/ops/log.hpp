#pragma once

#include "vobiz/config/settings.hpp"

namespace vobiz::ops {

// Sets the sink: the journal with priorities and fields if standard error is connected to it, else
// standard error as text, or as one JSON object per line if configured.
void set_up_log(config::log const& wanted);

// Writes folded lines (src/ops/repeats.hpp) that are due. Call it regularly.
void flush_log();

}  // namespace vobiz::ops
