#pragma once

#include <string>

#include "units.hpp"

namespace vobiz::config {

// The name of a zone that the machine's time zone database knows.
parsed<std::string> timezone_from_text(std::string const& text);

}  // namespace vobiz::config
