#include "tape.hpp"

namespace vobiz::decode {

std::optional<std::size_t> find(tape const& all, std::size_t object, std::string_view name) {
  std::optional<std::size_t> found;
  if (all[object].kind != kind::object) return found;
  for (auto key = object + 1; key < all[object].end; key = behind(all, key + 1)) {
    if (all[key].text == name) found = key + 1;
  }
  return found;
}

}  // namespace vobiz::decode
