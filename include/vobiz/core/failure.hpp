#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace vobiz::core {

// The exit codes (README.md, "Commands and exit codes"); 64 to 78 are those of sysexits.h.
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

// The two classes of external errors, by the way they are resolved.
enum class remedy {
  retry,  // time can resolve it: the network, a restart, a limit
  fix,    // somebody must change something: a right, a setting, the code
};

// An infrastructure failure. `what()` is one line without a full stop; it names object and cause.
// hint() (may be empty) says what the reader can do.
class failure : public std::runtime_error {
public:
  failure(exit_code code, remedy what_helps, std::string const& message, std::string hint = {})
      : std::runtime_error(message), code_(code), remedy_(what_helps), hint_(std::move(hint)) {}

  exit_code code() const { return code_; }
  remedy what_helps() const { return remedy_; }
  std::string const& hint() const { return hint_; }

private:
  exit_code code_;
  remedy remedy_;
  std::string hint_;
};

// Replaces std::bad_alloc where work can continue without the object that was too large.
inline failure out_of_memory(std::string const& what) {
  return {exit_code::failed, remedy::retry, what + ": out of memory",
          "raise MemoryMax of the service, or ask the provider why the data is so large; "
          "max_response limits a response"};
}

}  // namespace vobiz::core
