#pragma once

#include <string>
#include <vector>

#include "vobiz/streams/stream.hpp"

namespace vobiz::sink {

// A merge statement and the columns whose values it takes as arrays from $3 on, as positions in
// stream::columns (stream::columns.size() is `extra`). $1 is the partner, $2 the day or null (how
// the rows were found in merge_mode::found). For calls two days follow the arrays: the rows stored
// already started within them, the second left out; a merge that updates takes two more, around the
// rows it may write. It returns one row: inserted, updated, unchanged (counts) and left_days
// (date[]).
struct merge_statement {
  std::string sql;
  std::vector<std::size_t> arrays;
};

std::string_view type_name(streams::column_type type);

// What becomes of the rows, see merge_target.
enum class merge_mode { listed, only_missing, found };

// A statement over the same arrays that writes nothing and gives one row per difference between the
// batch and what is stored: key (text[]), column_name (null: the row is not stored), stored,
// listed.
merge_statement make_compare_sql(streams::stream const& stream, std::vector<bool> const& seen);

// `seen` says of each column (and `extra` behind them) whether the batch carries it.
merge_statement make_merge_sql(streams::stream const& stream, std::vector<bool> const& seen,
                               merge_mode mode);

}  // namespace vobiz::sink
