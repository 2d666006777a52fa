#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "vobiz/config/settings.hpp"

namespace vobiz::config {

struct substitution {
  std::string text;
  bool used_environment = false;  // some of the text came from the environment
  std::vector<finding> problems;  // without line numbers
};

// Substitutes ${NAME} (unset: a problem), ${NAME:-default}, ${NAME:?message} (for unset or empty,
// as in a shell) and $$ (a dollar). A variable's value is not expanded again.
substitution substitute(std::string_view text, environment lookup);

}  // namespace vobiz::config
