#include "layout.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <stdexcept>

#include "vobiz/decode/secrets.hpp"

namespace vobiz::decode {

// Length and both ends tell the names of an API apart; a general hash would read every character.
std::size_t layout::members::hash::operator()(std::string_view name) const {
  if (name.empty()) return 0;
  auto const at = [&](std::size_t position) { return static_cast<unsigned char>(name[position]); };
  return name.size() * 0x9e3779b1u ^ at(0) * 0x85ebca6bu ^ at(name.size() / 2) * 0xc2b2ae35u ^
         at(name.size() - 1) * 0x27d4eb2fu;
}

layout::layout(streams::stream const& what) : stream_(what) {
  // Names point into the stream's own strings, so places_ may grow.
  for (auto const& column : what.columns) {
    auto& places = columns_.emplace_back();
    for (auto const path : column.json) {
      auto const at = add(path);
      places_[at].wanted = true;
      places.push_back(at);
    }
  }
}

std::uint16_t layout::add(std::string_view path) {
  auto* level = &row_;
  std::optional<std::uint16_t> parent;
  for (std::size_t start = 0;;) {
    auto const dot = std::min(path.find('.', start), path.size());
    auto const name = path.substr(start, dot - start);
    if (is_secret(name, stream_.secrets)) {
      throw std::invalid_argument(fmt::format("a column of \"{}\" names the secret \"{}\"",
                                              stream_.name, path));
    }
    auto [found, added] =
        level->places_.try_emplace(name, static_cast<std::uint16_t>(places_.size()));
    auto const at = found->second;
    if (added) places_.push_back({std::string(path.substr(0, dot)), parent, false, nullptr});
    if (dot == path.size()) return at;
    auto& inside = places_[at].inside;
    if (!inside) inside = std::make_unique<members>();
    level = inside.get();
    parent = at;
    start = dot + 1;
  }
}

}  // namespace vobiz::decode
