#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace vobiz::core {

// What kind of failure it is. src/app maps a kind to the process's exit code.
enum class failure_kind {
  failed,          // anything without a kind of its own
  usage,           // the command line asks for something that cannot be meant
  config_invalid,  // the configuration cannot be used
  refused,         // credentials or rights are missing
  lease_held,      // another process has the stream's lease
};

// Who can help: the two classes every error of the outside world falls into.
enum class remedy {
  retry,  // time may heal it: the network, a restart, a limit
  fix,    // somebody has to change something: a right, a setting, the code
};

// A failure of the infrastructure. `what()` is one line without a full stop that names the object
// and the cause; hint() is the remedy in words and may be empty.
class failure : public std::runtime_error {
public:
  failure(failure_kind kind, remedy what_helps, std::string const& message, std::string hint = {})
      : std::runtime_error(message), kind_(kind), remedy_(what_helps), hint_(std::move(hint)) {}

  failure_kind kind() const { return kind_; }
  remedy what_helps() const { return remedy_; }
  std::string const& hint() const { return hint_; }

private:
  failure_kind kind_;
  remedy remedy_;
  std::string hint_;
};

// What std::bad_alloc becomes where work can go on without the one thing that was too large.
inline failure out_of_memory(std::string const& what) {
  return {failure_kind::failed, remedy::retry,
          what + ": needs more memory than the service may use",
          "raise MemoryMax of the service, or have the provider look at what is so large; "
          "max_response bounds an answer"};
}

}  // namespace vobiz::core
