#pragma once

#include <vector>

#include "section.hpp"
#include "vobiz/config/settings.hpp"

namespace vobiz::config {

// The default settings. Required values are missing.
settings default_settings(core::utc_day today);

std::vector<field<settings>> root_fields();

}  // namespace vobiz::config
