#include "vobiz/ops/table.hpp"

#include <algorithm>

#include "vobiz/core/visible.hpp"

namespace vobiz::ops {

namespace {

// Characters, not bytes: account names are UTF-8.
std::size_t width(std::string const& cell) {
  return static_cast<std::size_t>(
      std::ranges::count_if(cell, [](unsigned char c) { return (c & 0xC0) != 0x80; }));
}

}  // namespace

table::table(std::vector<column> columns) : columns_(std::move(columns)) {
  for (auto& one : columns_) one.heading = core::visible(one.heading);
}

void table::add(std::vector<std::string> cells) {
  for (auto& cell : cells) cell = core::visible(cell);
  rows_.push_back(std::move(cells));
}

std::string table::text() const {
  std::vector<std::size_t> widths;
  for (std::size_t n = 0; n < columns_.size(); ++n) {
    auto widest = width(columns_[n].heading);
    for (auto const& row : rows_) widest = std::max(widest, width(row[n]));
    widths.push_back(widest);
  }
  std::string result;
  auto const line = [&](auto const& cell_of) {
    std::string text;
    for (std::size_t n = 0; n < columns_.size(); ++n) {
      std::string const cell = cell_of(n);
      std::string const padding(widths[n] - width(cell), ' ');
      if (n > 0) text += "  ";
      text += columns_[n].side == align::right ? padding + cell : cell + padding;
    }
    text.erase(text.find_last_not_of(' ') + 1);
    result += text + "\n";
  };
  line([&](std::size_t n) { return columns_[n].heading; });
  for (auto const& row : rows_) line([&](std::size_t n) { return row[n]; });
  return result;
}

}  // namespace vobiz::ops
