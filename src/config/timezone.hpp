#pragma once

#include <string>

#include "units.hpp"

namespace vobiz::config {

// A name in the machine's time zone database.
parsed<std::string> timezone_from_text(std::string const& text);

}  // namespace vobiz::config
