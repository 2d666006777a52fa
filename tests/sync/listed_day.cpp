#include "listed_day.hpp"

#include <algorithm>

#include "vobiz/core/digest.hpp"

namespace vobiz::sync {

namespace {

template <class Rows>
sink::figures sum(Rows const& rows) {
  std::array<std::int64_t, measures> sums{};
  sink::figures result;
  for (auto const& row : rows) {
    ++result.rows;
    for (std::size_t n = 0; n < measures; ++n) sums[n] += row.amounts[n];
  }
  for (auto const value : sums) result.sums.push_back(std::to_string(value));
  return result;
}

}  // namespace

std::string key_of(listed_row const& row) { return std::to_string(row.key); }

decode::reject reject_of(listed_row const& row) {
  return {"not readable", std::to_string(row.key) + " in version " + std::to_string(row.version)};
}

truth by_key(std::vector<listed_row> const& rows) {
  truth result;
  for (auto const& row : rows) result.emplace(row.key, row);
  return result;
}

void listed_day::rate(listed_row& row) {
  for (auto& amount : row.amounts) amount = 1 + any(std::int64_t(1) << 40);
}

void listed_day::insert(std::size_t at) {
  listed_row row;
  row.key = next_key_++;
  row.readable = !happens(how.unreadable);
  rate(row);
  rows_.insert(rows_.begin() + static_cast<std::ptrdiff_t>(std::min(at, rows_.size())), row);
  ++changes_;
}

void listed_day::remove(std::size_t at) {
  rows_.erase(rows_.begin() + static_cast<std::ptrdiff_t>(at));
  ++changes_;
  ++removals_;
}

void listed_day::change() {
  auto const kind = any(10);
  if (rows_.empty() || kind < 3) return insert_at_top();
  auto const at = static_cast<std::size_t>(any(static_cast<std::int64_t>(rows_.size())));
  if (kind == 3) return insert(at);
  // About as many rows leave as come; otherwise the course would never end.
  if (kind < 7 && static_cast<int>(rows_.size()) > any(60)) return remove(at);
  auto& row = rows_[at];
  ++row.version;
  ++changes_;
  ++rates_;
  if (kind < 9) rate(row);
  row.readable = row.readable || happens(50);
}

std::vector<listed_row> listed_day::listed() const {
  auto rows = rows_;
  for (std::size_t n = 0; n < std::min(how.repeated, rows_.size()); ++n) {
    rows.push_back(rows_[rows_.size() - 1 - n]);
  }
  return rows;
}

std::optional<answer> listed_day::page(std::int64_t number, std::int64_t per_page) {
  if (happens(how.failure)) return std::nullopt;
  answer given;
  given.held = rows_;
  auto& envelope = given.envelope;
  envelope.has_rows_member = true;
  envelope.page = number;
  bool const empty = happens(how.empty_answer);
  auto const size = std::min(per_page, how.largest_page);
  envelope.per_page = size;
  auto const first = static_cast<std::size_t>((number - 1) * size);
  auto const rows = listed();
  for (auto at = first; !empty && at < rows.size() && at < first + static_cast<std::size_t>(size);
       ++at) {
    given.rows.push_back(rows[at]);
  }
  envelope.listed = given.rows.size();
  if (!happens(how.no_total)) {
    envelope.total = empty ? 0 : static_cast<std::int64_t>(rows.size()) + how.total_off_by;
    if (how.cap > 0) envelope.total = std::min(*envelope.total, how.cap);
  }
  if (how.says_next) envelope.has_next = first + static_cast<std::size_t>(size) < rows.size();
  envelope.has_summary = !happens(how.no_summary);
  if (!envelope.has_summary) {
    envelope.measures.resize(measures);
    return given;
  }
  if (empty || happens(how.zeroed_summary)) {
    envelope.measures.assign(measures, "0");
  } else {
    auto const sums = sum(how.sums_repeats ? rows : rows_).sums;
    envelope.measures.assign(sums.begin(), sums.end());
  }
  envelope.zeroed_summary =
      std::ranges::count(envelope.measures, std::optional<std::string>("0")) == measures;
  return given;
}

bool mirrored_day::merge(answer const& page) {
  bool changed = false;
  for (auto const& row : page.rows) {
    if (!row.readable) {
      changed = rejects_.insert(reject_of(row).payload).second || changed;
      continue;
    }
    auto const [at, is_new] = rows_.try_emplace(row.key, stored_row{row, false});
    auto& stored = at->second;
    if (is_new || row.version > stored.row.version ||
        (row.version == stored.row.version && stored.removed)) {
      stored = {row, false};
      changed = true;
    }
  }
  return changed;
}

sink::figures mirrored_day::figures() const {
  std::vector<listed_row> rows;
  for (auto const& [key, row] : listed()) rows.push_back(row);
  auto result = sum(rows);
  result.rejects = static_cast<std::int64_t>(rejects_.size());
  return result;
}

sink::walk_comparison mirrored_day::compare(sink::was_walked const& met) const {
  sink::walk_comparison result;
  std::vector<listed_row> walked;
  core::set_digest gone;
  for (auto const& [key, row] : listed()) {
    if (met(key_of(row))) {
      walked.push_back(row);
    } else {
      gone.add(core::digest_of(key_of(row)));
    }
  }
  result.here = static_cast<std::int64_t>(walked.size());
  result.vanished = gone.size();
  if (result.vanished > 0) result.vanished_keys = gone.text();
  result.walked = sum(walked);
  return result;
}

std::vector<std::int64_t> mirrored_day::vanished(sink::was_walked const& met) const {
  std::vector<std::int64_t> result;
  for (auto const& [key, row] : listed()) {
    if (!met(key_of(row))) result.push_back(key);
  }
  return result;
}

sink::figures mirrored_day::with(sink::figures figures,
                                 std::vector<std::string> const& keys) const {
  for (auto const& key : keys) {
    auto const& row = rows_.at(std::stoll(key)).row;
    for (std::size_t n = 0; n < measures; ++n) {
      figures.sums[n] = std::to_string(std::stoll(figures.sums[n]) + row.amounts[n]);
    }
  }
  return figures;
}

void mirrored_day::mark_removed(std::vector<std::int64_t> const& keys) {
  for (auto const key : keys) rows_.at(key).removed = true;
}

void mirrored_day::keep_rejects(std::vector<decode::reject> const& walked) {
  rejects_.clear();
  for (auto const& one : walked) rejects_.insert(one.payload);
}

truth mirrored_day::listed() const {
  truth result;
  for (auto const& [key, stored] : rows_) {
    if (!stored.removed) result.emplace(key, stored.row);
  }
  return result;
}

manners random_manners(std::mt19937_64& random) {
  auto const one_of = [&](std::initializer_list<int> values) {
    return *(values.begin() + random() % values.size());
  };
  manners how;
  how.no_total = one_of({0, 0, 0, 0, 5, 100});
  how.no_summary = one_of({0, 0, 0, 5, 100});
  how.zeroed_summary = one_of({0, 0, 0, 5, 100});
  how.empty_answer = one_of({0, 0, 0, 2, 10});
  how.failure = one_of({0, 0, 0, 2, 10});
  how.unreadable = one_of({0, 0, 0, 0, 5});
  how.total_off_by = one_of({0, 0, 0, 0, 0, 0, 0, 1, -1, 7});
  how.largest_page = one_of({100, 100, 100, 3, 1});
  how.says_next = one_of({0, 1}) == 1;
  // Two errors together may make a true total.
  if (how.total_off_by == 0) {
    // Caps are round numbers: pages of any size fill them.
    how.cap = one_of({0, 0, 0, 0, 0, 15, 30});
    how.repeated = static_cast<std::size_t>(one_of({0, 0, 0, 0, 0, 0, 1, 3}));
  }
  how.sums_repeats = one_of({0, 1}) == 1;
  return how;
}

std::string text_of(manners const& how) {
  std::string text;
  for (auto const value :
       {std::int64_t(how.no_total), std::int64_t(how.no_summary), std::int64_t(how.zeroed_summary),
        std::int64_t(how.empty_answer), std::int64_t(how.failure), std::int64_t(how.unreadable),
        how.total_off_by, how.largest_page, std::int64_t(how.says_next), how.cap,
        static_cast<std::int64_t>(how.repeated), std::int64_t(how.sums_repeats)}) {
    text += std::to_string(value) + " ";
  }
  return text;
}

}  // namespace vobiz::sync
