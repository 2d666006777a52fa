#pragma once

#include <span>
#include <string_view>

namespace vobiz::core {

// The first name with the smallest edit distance (at most 3 and a third of the length), else one
// that contains `given` or is part of it. Ignores case. Empty if none is close.
std::string_view nearest(std::string_view given, std::span<std::string_view const> names);

}  // namespace vobiz::core
