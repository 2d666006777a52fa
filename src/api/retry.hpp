#pragma once

#include <chrono>
#include <optional>

#include "attempt_failure.hpp"

namespace vobiz::api {

// The wait after the attempt of that number (from 1): exponential with full jitter, so that those
// who failed together do not come back together. `random` is in [0, 1).
std::chrono::milliseconds backoff(options const& how, int attempt, double random);

// How long to wait before the next attempt, or nothing when there shall be none. What the server
// asked for replaces the backoff, up to longest_pause.
std::optional<std::chrono::milliseconds> retry_wait(options const& how, int attempt,
                                                    attempt_failure const& last, double random);

}  // namespace vobiz::api
