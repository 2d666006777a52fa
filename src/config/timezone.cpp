#include "timezone.hpp"

#include <date/tz.h>
#include <spdlog/fmt/fmt.h>

#include <stdexcept>
#include <string_view>
#include <vector>

#include "vobiz/core/nearest.hpp"

namespace vobiz::config {

parsed<std::string> timezone_from_text(std::string const& text) try {
  std::vector<std::string_view> names;
  for (auto const& zone : date::get_tzdb().zones) {
    if (zone.name() == text) return {text, {}, {}};
    names.push_back(zone.name());
  }
  auto const meant = core::nearest(text, names);
  return {{},
          "is not in the time zone database",
          meant.empty() ? "as in Asia/Kolkata or UTC" : fmt::format("did you mean \"{}\"?", meant)};
} catch (std::runtime_error const&) {
  return {{}, "cannot be looked up: there is no time zone database", "install the package tzdata"};
}

}  // namespace vobiz::config
