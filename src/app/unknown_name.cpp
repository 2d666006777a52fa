#include "unknown_name.hpp"

#include "vobiz/core/nearest.hpp"

namespace vobiz::app {

std::string unknown_name(std::string const& what, std::string const& name,
                         std::vector<std::string_view> const& names) {
  auto const nearest = core::nearest(name, names);
  return "unknown " + what + " \"" + name + "\"" +
         (nearest.empty() ? std::string() : "; did you mean \"" + std::string(nearest) + "\"?");
}

}  // namespace vobiz::app
