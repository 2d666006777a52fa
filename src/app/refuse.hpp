#pragma once

#include <string>
#include <utility>

#include "vobiz/core/failure.hpp"

namespace vobiz::app {

// Ends a command whose options ask for what there is not.
[[noreturn]] inline void refuse(std::string const& message, std::string hint) {
  throw core::failure(core::exit_code::usage, core::remedy::fix, message, std::move(hint));
}

}  // namespace vobiz::app
