#pragma once

#include <span>
#include <string_view>

namespace vobiz::core {

// The one of the names that was most likely meant: the least edit distance (a swap of neighbours counts
// one), at most a third of the length and never more than 3; else a name that holds the given one or is
// held by it. Case does not count. Empty when nothing comes close. Among equals the first one.
std::string_view nearest(std::string_view given, std::span<std::string_view const> names);

}  // namespace vobiz::core
