#include <algorithm>
#include <array>

#include "declarations.hpp"

namespace vobiz::streams {

std::span<stream const> all() {
  static std::array const list{profile(),   accounts(),     balances(), numbers(),
                               dashboard(), transactions(), cdrs(),     analytics()};
  return list;
}

stream const* find(std::string_view name) {
  auto const streams = all();
  auto const found = std::ranges::find(streams, name, &stream::name);
  return found == streams.end() ? nullptr : &*found;
}

}  // namespace vobiz::streams
