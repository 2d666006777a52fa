#include "exit_code.hpp"

namespace vobiz::app {

exit_code exit_code_for(core::failure_kind kind) {
  switch (kind) {
    case core::failure_kind::failed:
    case core::failure_kind::older_schema:
    case core::failure_kind::newer_schema:
      return exit_code::failed;
    case core::failure_kind::usage:
      return exit_code::usage;
    case core::failure_kind::config_invalid:
      return exit_code::bad_config;
    case core::failure_kind::refused:
      return exit_code::refused;
    case core::failure_kind::lease_held:
      return exit_code::lease_held;
  }
  return exit_code::failed;
}

exit_code exit_code_for(api::problem_kind kind) {
  switch (kind) {
    case api::problem_kind::unavailable:
      return exit_code::unavailable;
    case api::problem_kind::unauthorized:
    case api::problem_kind::forbidden:
      return exit_code::refused;
    case api::problem_kind::not_found:
    case api::problem_kind::unsupported:
    case api::problem_kind::bad_request:
      return exit_code::failed;
  }
  return exit_code::failed;
}

exit_code exit_code_for(sync::cycle_result const& result) {
  if (result.problem) return exit_code_for(result.problem->kind);
  return result.report.outcome == sink::run_outcome::mismatch ? exit_code::failed : exit_code::ok;
}

}  // namespace vobiz::app
