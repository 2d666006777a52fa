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
  older_schema,    // the database has none, or that of an older program
  newer_schema,    // the database has that of a newer program
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

// Whether the database's schema is another program's, so that nothing may be written.
inline bool is_other_schema(failure const& why) {
  return why.kind() == failure_kind::older_schema || why.kind() == failure_kind::newer_schema;
}

// Whether the right to write for a stream is gone: its lease is another's, or the schema is.
inline bool ends_turn(failure const& why) {
  return why.kind() == failure_kind::lease_held || is_other_schema(why);
}

// Replaces std::bad_alloc where work can continue without the object that was too large.
inline failure out_of_memory(std::string const& what) {
  return {failure_kind::failed, remedy::retry, what + ": out of memory",
          "raise MemoryMax of the service, or ask the provider why the data is so large; "
          "max_response limits a response"};
}

}  // namespace vobiz::core
