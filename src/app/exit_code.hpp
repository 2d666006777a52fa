#pragma once

#include "vobiz/api/client.hpp"
#include "vobiz/core/failure.hpp"
#include "vobiz/sync/cycle.hpp"

namespace vobiz::app {

// The process's exit codes (README.md, "Commands and exit codes"; 64..78 are those of sysexits.h).
enum class exit_code : int {
  ok = 0,
  failed = 1,
  usage = 2,
  breaks = 3,
  not_judged = 4,
  unavailable = 69,
  lease_held = 75,
  refused = 77,
  bad_config = 78,
};

exit_code exit_code_for(core::failure_kind kind);
exit_code exit_code_for(api::problem_kind kind);

// The problem decides; without one a cycle fails by windows that are not proven.
exit_code exit_code_for(sync::cycle_result const& result);

}  // namespace vobiz::app
