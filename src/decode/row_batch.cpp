#include <algorithm>
#include <limits>
#include <stdexcept>

#include "json_text.hpp"
#include "vobiz/decode/page.hpp"

namespace vobiz::decode {

namespace {

// What a cell's offset can reach; whoever collects pages bounds them far below.
constexpr std::size_t most_bytes = std::numeric_limits<std::uint32_t>::max();

void check_fits(std::size_t bytes) {
  if (bytes > most_bytes) throw std::length_error("a batch of rows is limited to 4 GiB of text");
}

}  // namespace

void row_batch::add_row() {
  row_start_ = arena_.size();
  cells_.resize(cells_.size() + columns_);
}

void row_batch::set(std::size_t column, std::string_view text) {
  check_fits(arena_.size() + text.size());
  auto& c = cells_[cells_.size() - columns_ + column];
  c.offset = static_cast<std::uint32_t>(arena_.size());
  c.size = static_cast<std::int32_t>(text.size());
  arena_ += text;
}

void row_batch::take_back() {
  cells_.resize(cells_.size() - columns_);
  arena_.resize(row_start_);
}

void row_batch::append(row_batch const& other) {
  if (columns_ != other.columns_) throw std::invalid_argument("batches of different streams");
  check_fits(arena_.size() + other.arena_.size());
  auto const base = static_cast<std::uint32_t>(arena_.size());
  arena_ += other.arena_;
  cells_.reserve(cells_.size() + other.cells_.size());
  for (auto c : other.cells_) {
    c.offset += base;
    cells_.push_back(c);
  }
  for (std::size_t column = 0; column < columns_; ++column) {
    if (other.seen_[column]) seen_[column] = true;
  }
  row_start_ = arena_.size();
}

row_batch row_batch::slice(std::size_t first, std::size_t last) const {
  row_batch result(columns_);
  result.seen_ = seen_;
  for (auto row = first; row < last; ++row) {
    result.add_row();
    for (std::size_t column = 0; column < columns_; ++column) {
      if (auto const text = at(row, column)) result.set(column, *text);
    }
  }
  return result;
}

std::string row_json(streams::stream const& stream, row_batch const& rows, std::size_t row) {
  std::string json = "{";
  for (std::size_t column = 0; column < rows.columns(); ++column) {
    auto const cell = rows.at(row, column);
    if (!cell) continue;
    auto const is_extra = column == stream.columns.size();
    if (json.size() > 1) json += ',';
    append_string(json, is_extra ? "extra" : stream.columns[column].name);
    json += ':';
    if (is_extra || stream.columns[column].type == streams::column_type::jsonb) {
      json += *cell;
    } else {
      append_string(json, *cell);
    }
  }
  json += '}';
  return bounded_payload(std::move(json));
}

bool envelope::degraded_summary() const { return has_summary && zeroed_summary && listed > 0; }

}  // namespace vobiz::decode
