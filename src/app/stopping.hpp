#pragma once

#include <chrono>

namespace vobiz::app {

// design.md §5: "SIGTERM finishes the batch at hand and exits within 10 s". Whoever is still busy
// then waits for the database or the resolver. Every commit is whole, so nothing is lost by
// leaving.
inline constexpr std::chrono::seconds longest_stop{9};

}  // namespace vobiz::app
