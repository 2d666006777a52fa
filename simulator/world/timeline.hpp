#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <limits>
#include <map>
#include <optional>
#include <vector>

#include "simulator/world/calendar.hpp"

namespace vobiz::simulator {

// The days a list is asked for, both inclusive; nothing is no bound.
struct day_range {
  std::optional<utc_day> from;
  std::optional<utc_day> to;
};

// Row positions of an answer, newest first, with the figures over all of them.
template <class Row>
struct selection {
  std::vector<std::vector<std::uint32_t> const*>
      segments;  // newest first, each oldest first inside
  typename Row::sums sums;
  std::size_t total = 0;

  std::vector<std::uint32_t> part(std::size_t offset, std::size_t limit) const {
    std::vector<std::uint32_t> rows;
    for (auto const* segment : segments) {
      if (offset >= segment->size()) {
        offset -= segment->size();
        continue;
      }
      auto const end = segment->size() - offset;
      offset = 0;
      for (auto i = end; i > 0 && rows.size() < limit; --i) rows.push_back((*segment)[i - 1]);
      if (rows.size() == limit) break;
    }
    return rows;
  }
};

// One scope's rows by UTC day, with each day's figures kept up to date: a page costs the days it
// skips, not the rows.
template <class Row>
class timeline {
public:
  struct day_book {
    std::vector<std::uint32_t> rows;  // by time, oldest first
    std::vector<std::uint32_t> edge;  // those after the day's last whole second
    typename Row::sums row_sums;
    typename Row::sums edge_sums;
  };

  void insert(std::deque<Row> const& all, std::uint32_t at) {
    auto& book = days_[day_of(all[at].at())];
    auto& rows = all[at].at_edge() ? book.edge : book.rows;
    rows.insert(place(all, rows, at), at);
    (all[at].at_edge() ? book.edge_sums : book.row_sums).add(all[at].figures(), 1);
  }

  void erase(std::deque<Row> const& all, std::uint32_t at) {
    auto const found = days_.find(day_of(all[at].at()));
    auto& book = found->second;
    auto& rows = all[at].at_edge() ? book.edge : book.rows;
    rows.erase(place(all, rows, at) - 1);
    (all[at].at_edge() ? book.edge_sums : book.row_sums).add(all[at].figures(), -1);
    if (book.rows.empty() && book.edge.empty()) days_.erase(found);
  }

  // The rows of a range as the API would find them: an upper bound cuts off its day's edge.
  selection<Row> select(day_range range) const {
    selection<Row> found;
    if (range.from && range.to && *range.from > *range.to) return found;
    auto first = range.from ? days_.lower_bound(*range.from) : days_.begin();
    auto last = range.to ? days_.upper_bound(*range.to) : days_.end();
    while (last != first) {
      --last;
      auto const& book = last->second;
      if (!range.to || last->first < *range.to) take(found, book.edge, book.edge_sums);
      take(found, book.rows, book.row_sums);
    }
    return found;
  }

  std::map<utc_day, day_book> const& days() const { return days_; }

private:
  // Behind every row that is not later.
  static std::vector<std::uint32_t>::iterator place(std::deque<Row> const& all,
                                                    std::vector<std::uint32_t>& rows,
                                                    std::uint32_t at) {
    auto const later = [&all](std::uint32_t left, std::uint32_t right) {
      return all[left].at() != all[right].at() ? all[left].at() < all[right].at() : left < right;
    };
    if (rows.empty() || later(rows.back(), at)) return rows.end();
    return std::upper_bound(rows.begin(), rows.end(), at, later);
  }

  static void take(selection<Row>& found, std::vector<std::uint32_t> const& rows,
                   typename Row::sums const& sums) {
    if (rows.empty()) return;
    found.segments.push_back(&rows);
    found.sums.add(sums, 1);
    found.total += rows.size();
  }

  std::map<utc_day, day_book> days_;
};

}  // namespace vobiz::simulator
