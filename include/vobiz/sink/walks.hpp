#pragma once

#include <cstdint>
#include <functional>
#include <pqxx/pqxx>
#include <string>
#include <string_view>
#include <vector>

#include "vobiz/sink/touched.hpp"
#include "vobiz/sink/windows.hpp"

// What is stored of a window against the rows that a complete read of it has met (a walk). Stored
// keys are read piece by piece, so that a day of any size needs little memory.
namespace vobiz::sink {

// Whether the read met the row with this key: the parts of stream::key in their order, the day left
// out, each with U+0000 behind it, which no stored text holds.
using was_walked = std::function<bool(std::string_view key)>;

struct walk_comparison {
  std::int64_t here = 0;    // walked rows that the window holds
  std::int64_t shared = 0;  // walked rows that a neighbouring day holds, near the midnight between
  std::int64_t vanished = 0;  // rows of the window that were not walked
  std::string vanished_keys;  // stands for the set of them (core::set_digest)
  figures walked;  // rows and sums of the first two; its rejects are the caller's to fill in
};

// Compares a walk of `walked` rows with the window (of a snapshot: the scope), whose figures are
// `stored`. A row on a boundary that two days list is stored under one of them, and counts for the
// other one too; no other row that stands elsewhere does.
walk_comparison compare_walk(pqxx::transaction_base& transaction, streams::stream const& stream,
                             window_key const& key, figures const& stored, std::int64_t walked,
                             was_walked const& met);

// Keys of the window's rows that were not walked, each with its parts separated by a space, sorted.
std::vector<std::string> vanished(pqxx::transaction_base& transaction,
                                  streams::stream const& stream, window_key const& key,
                                  was_walked const& met);

struct removal {
  std::int64_t rows = 0;
  touched_places touched{};  // the caller's transaction ends with roll_up()
};

// Marks those as removed. Only for a complete read that is proven.
removal mark_removed(pqxx::transaction_base& transaction, streams::stream const& stream,
                     window_key const& key, was_walked const& met);

// The days beside the window's for whose proof rows may count that mark_removed() has just removed:
// they stood near the midnight between the two.
std::vector<core::utc_day> neighbours_of_removed(pqxx::transaction_base& transaction,
                                                 streams::stream const& stream, window_key key);

// As mark_removed(), for the rows that only spans list, after a complete read of the span from
// `key.day` to the next.
removal mark_found_removed(pqxx::transaction_base& transaction, streams::stream const& stream,
                           window_key const& key, was_walked const& met);

// Rows and sums of the window's rows with these keys (as was_walked gets them); a key that comes
// twice counts twice.
figures figures_of(pqxx::transaction_base& transaction, streams::stream const& stream,
                   window_key const& key, std::vector<std::string> const& keys);

// Adds `more`, or takes it away.
void add(pqxx::transaction_base& transaction, streams::stream const& stream, figures& to,
         figures const& more);
void subtract(pqxx::transaction_base& transaction, streams::stream const& stream, figures& from,
              figures const& less);

}  // namespace vobiz::sink
