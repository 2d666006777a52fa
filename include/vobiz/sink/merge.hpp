#pragma once

#include <cstdint>
#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <string_view>
#include <vector>

#include "vobiz/core/day.hpp"
#include "vobiz/decode/page.hpp"
#include "vobiz/sink/touched.hpp"
#include "vobiz/sink/windows.hpp"
#include "vobiz/streams/stream.hpp"

namespace vobiz::sink {

// What a merge did, in rows. A row that came twice in a batch counts once.
struct merge_counts {
  std::int64_t inserted = 0;
  std::int64_t updated = 0;
  std::int64_t unchanged = 0;  // stored as they are, and older versions that were left alone

  merge_counts& operator+=(merge_counts const& more);
};

struct merge_result {
  merge_counts counts;
  // Days whose windows lost a row because its start moved to the merged day.
  std::vector<core::utc_day> left_days;
  // Of the window of the target's day and scope; nothing where the rows are not of a window's list.
  figures_change change;
  // Where rows count that were written: the caller's transaction ends with roll_up().
  touched_places touched;
  // Rows of the batch that the database refuses, by position (merge_isolated only).
  std::vector<std::size_t> refused;
};

// Where a batch belongs. `day` is needed by streams with a day_column; `account` fills nothing in.
struct merge_target {
  std::string partner;
  std::optional<core::utc_day> day;
  bool only_missing = false;  // store rows that are not there, leave those that are
  // The day was empty when its reading began: that no row of the batch is stored is looked up
  // first, for all of them at once, and new rows are stored without being compared.
  bool expect_new = false;
  // How rows were met outside their day's list: "span" or "id" (vobiz.cdrs.found_by). New ones are
  // stored under the UTC day of their own time; `day` is not used.
  std::string_view found_by{};
  std::string scope = "*";  // of the window whose figures change
};

// Makes the stream's table carry the rows of the batch, writing only what differs
// (docs/architecture.md, "Merge"): new rows are inserted, changed ones updated with their
// adjustments recorded, an older version (by the stream's version column) is ignored, a removed row
// that is listed again comes back, columns that no row of the batch carries keep what is stored. A
// batch with nothing new writes no tuple and takes no lock.
merge_result merge(pqxx::transaction_base& transaction, streams::stream const& stream,
                   merge_target const& target, decode::row_batch const& rows);

// merge() that no row can stop: a row that the database refuses is added to `rejects` with the
// server's SQLSTATE, and the others are merged. Throws if that would be most rows of a large batch,
// since the cause is not in the rows then.
merge_result merge_isolated(pqxx::transaction_base& transaction, streams::stream const& stream,
                            merge_target const& target, decode::row_batch const& rows,
                            std::vector<decode::reject>& rejects);

// merge_isolated(), and the same for the rows inside the rows: tiers of accounts, days of a
// dashboard (stream::feeds).
merge_result merge_with_feeds(pqxx::transaction_base& transaction, streams::stream const& stream,
                              merge_target const& target, decode::row_batch const& rows,
                              std::vector<decode::reject>& rejects);

// One way in which a batch differs from what is stored.
struct row_difference {
  std::string key;                         // the parts of the key, separated by a space
  std::optional<std::string> column_name;  // nothing: the row is not stored
  std::optional<std::string> stored;
  std::optional<std::string> listed;
};

// How the batch differs from what is stored, by key and column; writes nothing.
std::vector<row_difference> compare(pqxx::transaction_base& transaction,
                                    streams::stream const& stream, merge_target const& target,
                                    decode::row_batch const& rows);

}  // namespace vobiz::sink
