#pragma once

#include <algorithm>
#include <string_view>
#include <utility>

namespace vobiz::simulator {

// "/{id}/{verb}" in its two parts; the verb may be empty.
inline std::pair<std::string_view, std::string_view> split_rest(std::string_view rest) {
  if (rest.starts_with('/')) rest.remove_prefix(1);
  auto const slash = std::min(rest.find('/'), rest.size());
  auto const verb = rest.substr(slash);
  return {rest.substr(0, slash), verb.empty() ? verb : verb.substr(1)};
}

}  // namespace vobiz::simulator
