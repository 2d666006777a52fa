#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "vobiz/config/settings.hpp"

namespace vobiz::config {

struct substitution {
  std::string text;
  bool used_environment = false;     // some of the text did not stand in the file
  std::vector<finding> problems;     // without lines
};

// The text with its variables filled in: ${NAME} (an unset one is a problem), ${NAME:-default} and
// ${NAME:?message} (unset or empty, as a shell takes them), $$ for one dollar. What a variable holds is
// taken as it is and not looked through again.
substitution substitute(std::string_view text, environment lookup);

}  // namespace vobiz::config
