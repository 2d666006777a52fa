#pragma once

#include "vobiz/config/settings.hpp"

namespace vobiz::ops {

// Sends the log where it is read: to the journal with priorities and fields when standard error
// leads there, else to standard error as text, or as one JSON object a line where that is asked
// for.
void set_up_log(config::log const& wanted);

// Writes what was folded (src/ops/repeats.hpp) and is due; to be called now and then.
void flush_log();

}  // namespace vobiz::ops
