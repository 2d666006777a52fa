#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "vobiz/decode/page.hpp"
#include "vobiz/sink/walks.hpp"
#include "vobiz/sink/windows.hpp"

// A model of a day at the provider and of its mirror, to test the reading of a window.
namespace vobiz::sync {

inline constexpr std::size_t measures = 3;

struct listed_row {
  std::int64_t key = 0;
  int version = 0;
  bool readable = true;  // false: cannot be decoded, so it becomes a reject
  std::array<std::int64_t, measures>
      amounts{};  // random and large, so that different sets have different sums
};

using truth = std::map<std::int64_t, listed_row>;  // by key

truth by_key(std::vector<listed_row> const& rows);

// The provider's omissions and errors, each in that many of 100 responses.
struct manners {
  int no_total = 0;
  int no_summary = 0;
  int zeroed_summary = 0;
  int empty_answer = 0;
  int failure = 0;
  int unreadable = 0;             // rows that cannot be decoded
  std::int64_t total_off_by = 0;  // in every response
  std::int64_t largest_page = 1'000;
  bool says_next = false;     // has_next in every response
  std::int64_t cap = 0;       // the total is never larger; 0: it counts all
  std::size_t repeated = 0;   // rows listed and counted twice, the oldest ones
  bool sums_repeats = false;  // the summary counts them twice, too
};

manners random_manners(std::mt19937_64& random);
std::string text_of(manners const& how);

struct answer {
  decode::envelope envelope;
  std::vector<listed_row> rows;
  std::vector<listed_row> held;  // the rows of the provider at the time of the response
};

class listed_day {
public:
  listed_day(std::mt19937_64& random, manners with) : random_(random), how(with) {}

  // Makes one random change.
  void change();
  void insert_at_top() { insert(0); }
  void insert(std::size_t at);
  void remove(std::size_t at);

  // nullopt: no usable response
  std::optional<answer> page(std::int64_t number, std::int64_t per_page);

  truth held() const { return by_key(rows_); }
  std::size_t size() const { return rows_.size(); }
  std::int64_t removals() const { return removals_; }
  std::int64_t changes() const { return changes_; }
  std::int64_t rates() const { return rates_; }

private:
  std::int64_t any(std::int64_t below) {
    return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(below));
  }
  bool happens(int percent) { return any(100) < percent; }
  void rate(listed_row& row);
  std::vector<listed_row> listed() const;

  std::mt19937_64& random_;
  std::vector<listed_row> rows_;  // newest first
  std::int64_t next_key_ = 1;
  std::int64_t removals_ = 0;
  std::int64_t changes_ = 0;
  std::int64_t rates_ = 0;

public:
  manners how;
};

// A model of the sink, in memory.
class mirrored_day {
public:
  // Returns whether any row was new or changed.
  bool merge(answer const& page);
  sink::figures figures() const;
  // What is stored against a walk, as sink::compare_walk().
  sink::walk_comparison compare(sink::was_walked const& met) const;
  std::vector<std::int64_t> vanished(sink::was_walked const& met) const;
  // Sums with those of these keys added, as often as they come.
  sink::figures with(sink::figures figures, std::vector<std::string> const& keys) const;
  void mark_removed(std::vector<std::int64_t> const& keys);
  void keep_rejects(std::vector<decode::reject> const& walked);

  // The listed rows, and the keys of all rows ever stored.
  truth listed() const;
  std::size_t rejects() const { return rejects_.size(); }
  bool knows(std::int64_t key) const { return rows_.contains(key); }

private:
  struct stored_row {
    listed_row row;
    bool removed = false;
  };
  std::map<std::int64_t, stored_row> rows_;
  std::set<std::string> rejects_;
};

std::string key_of(listed_row const& row);
decode::reject reject_of(listed_row const& row);

}  // namespace vobiz::sync
