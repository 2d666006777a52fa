#pragma once

#include <vector>

#include "section.hpp"
#include "vobiz/config/settings.hpp"

namespace vobiz::config {

// The settings when the configuration says nothing, except for what it has to say.
settings default_settings(core::utc_day today);

std::vector<field<settings>> root_fields();

}  // namespace vobiz::config
