#pragma once

#include "batch_sql.hpp"

namespace vobiz::sink {

// What becomes of the rows, see merge_target.
enum class merge_mode { listed, only_missing, found };

// Stores a batch. Besides the values of batch_sql.hpp a merge that updates a table of months takes
// the days between which the rows it may write lie (:stored_from, :stored_to). It gives one row:
// the counts inserted, updated and read, left_days (date[]), what touched_from() reads, and for
// merge_mode::listed what it did to the figures of the window (:scope, :day): rows and the stream's
// measures.
batch_query make_merge_query(streams::stream const& stream, std::vector<bool> const& seen,
                             merge_mode mode);

// Writes nothing and gives one row per difference between the batch and what is stored: key (text),
// column_name (null: the row is not stored), stored, listed.
batch_query make_compare_query(streams::stream const& stream, std::vector<bool> const& seen);

}  // namespace vobiz::sink
