#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vobiz::app {

// `unknown stream "cdr"; did you mean "cdrs"?`
std::string unknown_name(std::string const& what, std::string const& name,
                         std::vector<std::string_view> const& names);

}  // namespace vobiz::app
