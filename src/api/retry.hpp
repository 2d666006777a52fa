#pragma once

#include <chrono>
#include <optional>

#include "attempt_failure.hpp"

namespace vobiz::api {

// The wait after the attempt of that number (from 1): exponential with full jitter, so that those
// who failed together do not come back together. `random` is in [0, 1).
std::chrono::milliseconds backoff(options const& how, int attempt, double random);

// How long to leave the server alone after a failure. What it asked for replaces the backoff, up to
// longest_pause. If that cannot be read it is the longest that the backoff could have been.
std::chrono::milliseconds pause_for(options const& how, int attempt, attempt_failure const& last,
                                    double random);

// pause_for() before the next attempt, or nothing when there shall be none.
std::optional<std::chrono::milliseconds> retry_wait(options const& how, int attempt,
                                                    attempt_failure const& last, double random);

}  // namespace vobiz::api
