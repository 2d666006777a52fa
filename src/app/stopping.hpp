#pragma once

#include <chrono>

namespace vobiz::app {

// docs/architecture.md, "Start, reload and stop": SIGTERM commits the current batch and ends the
// process within 10 s. Whoever is still busy then waits for the database or the resolver. Every
// commit is whole, so nothing is lost by leaving.
inline constexpr std::chrono::seconds longest_stop{9};

}  // namespace vobiz::app
