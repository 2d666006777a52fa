#include "row_reader.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>

#include "cell.hpp"
#include "json_text.hpp"
#include "vobiz/core/input_bounds.hpp"
#include "vobiz/decode/secrets.hpp"

namespace vobiz::decode {

namespace {

namespace bounds = core::bounds;

bool nests_deeper(tape const& all, std::size_t value, std::size_t levels) {
  auto const& t = all[value];
  if (t.kind != kind::object && t.kind != kind::array) return false;
  if (levels == 0) return true;
  for (auto inner = value + 1; inner < t.end; inner = behind(all, inner)) {
    if (nests_deeper(all, inner, levels - 1)) return true;
  }
  return false;
}

}  // namespace

row_reader::row_reader(layout const& names, page& into)
    : names_(names), page_(into), values_(names.places()) {}

void row_reader::restart() {
  page_.rows = row_batch(page_.rows.columns());
  page_.rejects.clear();
  page_.unknown.clear();
  page_.assumed_utc.clear();
  page_.envelope.listed = 0;
  unknown_.clear();
}

void row_reader::refuse(tape const& all, std::size_t value, std::string reason) {
  ++page_.envelope.listed;
  reject_row(all, value, std::move(reason));
}

void row_reader::read(tape const& all, std::size_t value) {
  ++page_.envelope.listed;
  if (all[value].kind != kind::object) {
    auto const secrets = names_.secrets();
    return reject_row(all, value, fmt::format("{} is not an object", quoted(all, value, secrets)));
  }
  if (nests_deeper(all, value, bounds::row_depth)) {
    return reject_row(all, value,
                      fmt::format("is nested deeper than {} levels", bounds::row_depth));
  }
  std::ranges::fill(values_, 0);
  row_bytes_ = 0;
  extra_.clear();
  extra_problem_.clear();
  note_members(all, value, names_.row(), true);

  page_.rows.add_row();
  auto good = true;
  for (std::size_t column = 0; good && column < names_.stream().columns.size(); ++column) {
    good = fill(all, column);
  }
  if (good && fill_extra() && fits_a_row()) return;
  page_.rows.take_back();
  reject_row(all, value, std::move(reason_));
}

void row_reader::note_members(tape const& all, std::size_t object, layout::members const& names,
                              bool keep) {
  for (auto value = object + 1; value < all[object].end; value = behind(all, value)) {
    auto const name = all[value].name;
    auto const* const member = names.find(name);
    if (member == nullptr) {
      if (keep && !is_secret(name, names_.secrets())) keep_unknown(all, value);
      continue;
    }
    values_[member->at] = static_cast<std::uint32_t>(value);
    if (member->inside && all[value].kind == kind::object) {
      auto const length = path_.size();
      (path_ += name) += '.';
      note_members(all, value, *member->inside, keep && !member->wanted);
      path_.resize(length);
    } else if (keep && !member->wanted && all[value].kind != kind::null) {
      keep_unknown(all, value);
    }
  }
}

void row_reader::keep_unknown(tape const& all, std::size_t value) {
  auto const length = path_.size();
  path_ += all[value].name;
  if (path_.size() > streams::longest_indexed) {
    extra_problem_ = fmt::format("a member's name of {} bytes is longer than {}", path_.size(),
                                 streams::longest_indexed);
    path_.resize(length);
    return;
  }
  extra_ += extra_.empty() ? '{' : ',';
  append_string(extra_, path_);
  extra_ += ':';
  if (!append_json(extra_, all, value, names_.secrets()) && extra_problem_.empty()) {
    extra_problem_ = fmt::format("\"{}\": {} {}", path_, quoted(all, value, names_.secrets()),
                                 holds_beyond_decimal);
  }
  if (unknown_.size() < bounds::unknown_names && !unknown_.contains(path_)) {
    unknown_.insert(path_);
    page_.unknown.push_back(path_);
  }
  path_.resize(length);
}

// Of an object that is there twice the last counts: a member noted before it lies in an earlier
// one.
bool row_reader::holds(layout::place place) const {
  if (values_[place] == 0) return false;
  auto const parent = names_.parent(place);
  return parent == layout::row_itself || (holds(parent) && values_[place] > values_[parent]);
}

bool row_reader::fill(tape const& all, std::size_t column) {
  auto const& declared = names_.stream().columns[column];
  for (auto const place : names_.places_of(column)) {
    if (!holds(place)) continue;
    page_.rows.mark_seen(column);
    auto const value = values_[place];
    if (!has_value(all[value])) continue;
    auto cell = cell_text(declared.type, all, value, names_.secrets(), room_);
    if (declared.indexed && cell.text.size() > streams::longest_indexed) {
      reason_ = fmt::format("\"{}\": {} bytes are more than the {} of a value that is looked up",
                            names_.path(place), cell.text.size(), streams::longest_indexed);
      return false;
    }
    if (declared.indexed && all[value].lost_nul) cell = refused("holds U+0000");
    if (declared.dated && cell.problem.empty() && !streams::is_dated(cell.text)) {
      cell = refused("is outside the years 1970 to 2200");
    }
    if (cell.problem.empty()) {
      if (cell.assumed_utc) page_.assumed_utc = names_.path(place);
      if (!declared.staged_only) row_bytes_ += cell.text.size();
      page_.rows.set(column, cell.text);
      return true;
    }
    reason_ = fmt::format("\"{}\": {} {}", names_.path(place), quoted(all, value, names_.secrets()),
                          cell.problem);
    return false;
  }
  if (declared.nulls == streams::null_rule::optional) return true;
  auto const name = declared.json.empty() ? declared.name : declared.json.front();
  reason_ = fmt::format("\"{}\": is required but has no value", name);
  return false;
}

bool row_reader::fill_extra() {
  if (!extra_problem_.empty()) {
    reason_ = std::move(extra_problem_);
    return false;
  }
  if (extra_.empty()) return true;
  extra_ += '}';
  row_bytes_ += extra_.size();
  auto const column = names_.stream().columns.size();
  page_.rows.mark_seen(column);
  page_.rows.set(column, extra_);
  return true;
}

bool row_reader::fits_a_row() {
  if (row_bytes_ <= bounds::row) return true;
  reason_ = fmt::format("{} bytes are more than the {} of a row", row_bytes_, bounds::row);
  return false;
}

void row_reader::reject_row(tape const& all, std::size_t value, std::string reason) {
  auto& added = page_.rejects.emplace_back();
  added.reason = std::move(reason);
  append_json(added.payload, all, value, names_.secrets());
  added.payload = bounded_payload(std::move(added.payload));
}

}  // namespace vobiz::decode
