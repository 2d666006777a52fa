#include "simulator/server/request_log.hpp"

namespace vobiz::simulator {

std::string path_pattern(std::string path) {
  auto const replace_segment = [&path](std::string const& before, std::string const& with) {
    auto const at = path.find(before);
    if (at == std::string::npos || at + before.size() == path.size()) return;
    auto const from = at + before.size();
    path.replace(from, std::min(path.find('/', from), path.size()) - from, with);
  };
  replace_segment("/accounts/", "{id}");
  replace_segment("/cdrs/", "{uuid}");
  return path;
}

}  // namespace vobiz::simulator
