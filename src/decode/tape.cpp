#include "tape.hpp"

namespace vobiz::decode {

std::optional<std::size_t> find(tape const& all, std::size_t object, std::string_view name) {
  std::optional<std::size_t> found;
  if (all[object].kind != kind::object) return found;
  for (auto member = object + 1; member < all[object].end; member = behind(all, member)) {
    if (all[member].name == name) found = member;
  }
  return found;
}

}  // namespace vobiz::decode
