#pragma once

#include <string_view>

#include "simulator/api/message.hpp"

namespace vobiz::simulator {

struct stage;

// Whether a path is one of the operations that tests steer the simulator with.
bool is_control(std::string_view path);

// Carries one out. simulator/README.md lists them.
answer control(stage& on, request const& what);

}  // namespace vobiz::simulator
