#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <limits>
#include <map>
#include <memory>
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
  struct part {
    std::vector<std::uint32_t> rows;  // by time, oldest first
    typename Row::sums sums;
  };
  struct day_book {
    part main;
    std::unique_ptr<part> edge;  // rows after the day's last whole second; most days have none

    bool empty() const { return main.rows.empty() && !edge; }
    std::size_t edge_rows() const { return edge ? edge->rows.size() : 0; }
    typename Row::sums sums() const {
      auto all = main.sums;
      if (edge) all.add(edge->sums, 1);
      return all;
    }
  };

  void insert(std::deque<Row> const& all, std::uint32_t at) {
    auto& book = days_[day_of(all[at].at())];
    bool const at_edge = all[at].at_edge();
    if (at_edge && !book.edge) book.edge = std::make_unique<part>();
    auto& into = at_edge ? *book.edge : book.main;
    into.rows.insert(place(all, into.rows, at), at);
    into.sums.add(all[at].figures(), 1);
  }

  void erase(std::deque<Row> const& all, std::uint32_t at) {
    auto const found = days_.find(day_of(all[at].at()));
    auto& book = found->second;
    auto& from = all[at].at_edge() ? *book.edge : book.main;
    from.rows.erase(place(all, from.rows, at) - 1);
    from.sums.add(all[at].figures(), -1);
    if (book.edge && book.edge->rows.empty()) book.edge.reset();
    if (book.empty()) days_.erase(found);
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
      if (book.edge && (!range.to || last->first < *range.to)) take(found, *book.edge);
      take(found, book.main);
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

  static void take(selection<Row>& found, part const& from) {
    if (from.rows.empty()) return;
    found.segments.push_back(&from.rows);
    found.sums.add(from.sums, 1);
    found.total += from.rows.size();
  }

  std::map<utc_day, day_book> days_;
};

}  // namespace vobiz::simulator
