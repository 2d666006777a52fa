#include "layout.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <bit>
#include <stdexcept>

#include "vobiz/decode/secrets.hpp"

namespace vobiz::decode {

namespace {

constexpr std::uint16_t nobody = 0xffff;

// Length and three characters tell the names of an API apart; a general hash would read every
// character.
std::size_t hash(std::string_view name) {
  if (name.empty()) return 0;
  auto const at = [&](std::size_t position) -> std::uint32_t {
    return static_cast<unsigned char>(name[position]);
  };
  auto const sample = at(0) | at(name.size() / 2) << 8 | at(name.size() - 1) << 16 |
                      static_cast<std::uint32_t>(name.size()) << 24;
  return sample * 0x9e3779b1u >> 16;
}

}  // namespace

layout::member const* layout::members::find(std::string_view name) const {
  auto const mask = table_.size() - 1;
  for (auto at = hash(name) & mask; table_[at] != nobody; at = (at + 1) & mask) {
    auto const& found = list_[table_[at]];
    if (found.name == name) return &found;
  }
  return nullptr;
}

layout::member& layout::members::find_or_add(std::string_view name, place if_new) {
  auto const found = std::ranges::find(list_, name, &member::name);
  if (found != list_.end()) return *found;
  list_.push_back({name, if_new, false, nullptr});
  table_.assign(std::bit_ceil(list_.size() * 4), nobody);
  auto const mask = table_.size() - 1;
  for (std::size_t number = 0; number < list_.size(); ++number) {
    auto slot = hash(list_[number].name) & mask;
    while (table_[slot] != nobody) slot = (slot + 1) & mask;
    table_[slot] = static_cast<std::uint16_t>(number);
  }
  return list_.back();
}

layout::layout(streams::stream const& what) : stream_(what) {
  for (auto const& column : what.columns) {
    auto& places = columns_.emplace_back();
    for (auto const path : column.json) {
      auto& last = add(path);
      last.wanted = true;
      places.push_back(last.at);
    }
  }
}

layout::member& layout::add(std::string_view path) {
  auto* level = &row_;
  auto parent = row_itself;
  for (std::size_t start = 0;;) {
    auto const dot = std::min(path.find('.', start), path.size());
    auto const name = path.substr(start, dot - start);
    if (is_secret(name, stream_.secrets)) {
      throw std::invalid_argument(
          fmt::format("a column of \"{}\" names the secret \"{}\"", stream_.name, path));
    }
    auto& step = level->find_or_add(name, static_cast<place>(paths_.size()));
    if (step.at == paths_.size()) {
      paths_.push_back(path.substr(0, dot));
      parents_.push_back(parent);
    }
    if (dot == path.size()) return step;
    if (!step.inside) step.inside = std::make_unique<members>();
    level = step.inside.get();
    parent = step.at;
    start = dot + 1;
  }
}

}  // namespace vobiz::decode
