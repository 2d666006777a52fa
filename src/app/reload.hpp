#pragma once

#include "vobiz/config/settings.hpp"
#include "vobiz/core/failure.hpp"

namespace vobiz::app {

// Throws core::failure (bad_config) when the new settings change what only a restart can: where the
// database is, how many connections there are, and where HTTP is served. Secrets and http.hosts may
// change.
void refuse_fixed_changes(config::settings const& current, config::settings const& wanted);

// Logs why a new configuration was refused, a line for each of its mistakes.
void log_refusal(core::failure const& why);

}  // namespace vobiz::app
