#pragma once

#include <stdexcept>
#include <string>

namespace vobiz::simulator {

// A control operation that cannot be carried out.
struct control_refused : std::runtime_error {
  explicit control_refused(std::string const& message, int with_status = 400)
      : std::runtime_error(message), status(with_status) {}
  int status;
};

}  // namespace vobiz::simulator
