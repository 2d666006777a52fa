#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "vobiz/config/settings.hpp"

namespace vobiz::ops {

// Who waits for the reader of the log.
enum class log_delivery {
  direct,  // the caller, as in any command of a shell
  queued,  // a thread of its own; lines that find no room are lost and counted
};

// Sets the sink: the journal with priorities and fields if standard error is connected to it, else
// standard error as text, or as one JSON object per line if configured. Once queued, always queued.
void set_up_log(config::log const& wanted, log_delivery how = log_delivery::direct);

// Writes folded lines (src/ops/repeats.hpp) that are due. Call it regularly.
void flush_log();

// Before the process ends: waits for the queue's reader, at most this long.
void finish_log(std::chrono::milliseconds longest = std::chrono::seconds(1));

// Lines that the reader of the queue did not take.
std::uint64_t lost_log_lines();

// Writes text to standard error as it is, behind the lines of the log. Waits only if the log does.
void write_to_stderr(std::string const& text);

}  // namespace vobiz::ops
