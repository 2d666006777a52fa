#include "start_decision.hpp"

namespace vobiz::app {

using core::failure_kind;
using ops::waits_for;

start_decision decide_start(start_step at, core::failure const& why) {
  switch (why.kind()) {
    case failure_kind::older_schema:
      return {waits_for::older_schema, std::nullopt};
    case failure_kind::newer_schema:
      return {waits_for::newer_schema, std::nullopt};
    case failure_kind::usage:
    case failure_kind::config_invalid:
      return {waits_for::nothing, exit_code_for(why.kind())};
    case failure_kind::refused:
      if (at == start_step::connect) return {waits_for::nothing, exit_code_for(why.kind())};
      break;
    case failure_kind::failed:
    case failure_kind::lease_held:
      break;
  }
  return {waits_for::database, std::nullopt};
}

bool is_worth_saying(bool changed, std::chrono::steady_clock::duration since_last) {
  return changed || since_last >= std::chrono::minutes(1);
}

}  // namespace vobiz::app
