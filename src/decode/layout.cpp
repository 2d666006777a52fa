#include "layout.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <bit>
#include <stdexcept>

#include "vobiz/decode/secrets.hpp"

namespace vobiz::decode {

namespace {

constexpr std::uint16_t nobody = 0xffff;

// Length and three characters tell the names of an API apart; a general hash would read every character.
std::size_t hash(std::string_view name) {
  if (name.empty()) return 0;
  auto const at = [&](std::size_t position) { return std::uint32_t(static_cast<unsigned char>(name[position])); };
  auto const taste = at(0) | at(name.size() / 2) << 8 | at(name.size() - 1) << 16 |
                     static_cast<std::uint32_t>(name.size()) << 24;
  return taste * 0x9e3779b1u >> 16;
}

}  // namespace

std::optional<std::uint16_t> layout::members::find(std::string_view name) const {
  auto const mask = table_.size() - 1;
  for (auto at = hash(name) & mask; table_[at] != nobody; at = (at + 1) & mask) {
    auto const& found = entries_[table_[at]];
    if (found.name == name) return found.place;
  }
  return std::nullopt;
}

void layout::members::add(std::string_view name, std::uint16_t place) {
  entries_.push_back({name, place});
  table_.assign(std::bit_ceil(entries_.size() * 4), nobody);
  auto const mask = table_.size() - 1;
  for (std::size_t number = 0; number < entries_.size(); ++number) {
    auto at = hash(entries_[number].name) & mask;
    while (table_[at] != nobody) at = (at + 1) & mask;
    table_[at] = static_cast<std::uint16_t>(number);
  }
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
  auto parent = row_itself;
  for (std::size_t start = 0;;) {
    auto const dot = std::min(path.find('.', start), path.size());
    auto const name = path.substr(start, dot - start);
    if (is_secret(name, stream_.secrets)) {
      throw std::invalid_argument(fmt::format("a column of \"{}\" names the secret \"{}\"",
                                              stream_.name, path));
    }
    auto const known = level->find(name);
    auto const at = known ? *known : static_cast<std::uint16_t>(places_.size());
    if (!known) {
      level->add(name, at);
      places_.push_back({std::string(path.substr(0, dot)), false, nullptr});
      parents_.push_back(parent);
    }
    if (dot == path.size()) return at;
    auto& inside = places_[at].inside;
    if (!inside) inside = std::make_unique<members>();
    level = inside.get();
    parent = at;
    start = dot + 1;
  }
}

}  // namespace vobiz::decode
