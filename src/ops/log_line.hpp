#pragma once

#include <spdlog/common.h>

#include <string>
#include <vector>

#include "vobiz/core/day.hpp"
#include "vobiz/core/log.hpp"

namespace vobiz::ops {

struct log_line {
  spdlog::level::level_enum level = spdlog::level::info;
  core::utc_time time{};
  std::string text;
  core::log_fields fields;
};

// Each form is one line: core::visible() makes it one.

// "2026-11-21T10:15:00.123Z warning: TEXT [partner acme, stream cdrs, run …, window …]"
std::string as_text(log_line const& line);

// {"time": …, "level": …, "message": …, "partner": …}
std::string as_json(log_line const& line);

// "NAME=value" for sd_journal_sendv(3): MESSAGE, PRIORITY and the fields that are set.
std::vector<std::string> as_journal(log_line const& line);

// Whether the file descriptor is connected to the journal; `stream` is JOURNAL_STREAM, see
// systemd.exec(5).
bool is_journal(char const* stream, int file);

}  // namespace vobiz::ops
