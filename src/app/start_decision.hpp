#pragma once

#include <chrono>
#include <optional>

#include "exit_code.hpp"
#include "vobiz/core/failure.hpp"
#include "vobiz/ops/facts.hpp"

namespace vobiz::app {

// At which step `run` failed to get a database that it can work with.
enum class start_step { connect, use };

// What `run` does about it: it waits for what can change while it runs, and ends with this code
// otherwise.
struct start_decision {
  ops::waits_for waits = ops::waits_for::nothing;
  std::optional<exit_code> ends;
};

// A connection that is refused ends the process, because it reads passwords only when it starts:
// systemd starts it again, with the current ones. Everything else is waited for, a missing right in
// the database too.
start_decision decide_start(start_step at, core::failure const& why);

// Whether the log names what `run` waits for: when it changes, then once a minute.
bool is_worth_saying(bool changed, std::chrono::steady_clock::duration since_last);

}  // namespace vobiz::app
