#pragma once

#include <string>
#include <vector>

#include "window_sql.hpp"

// The statements behind walks.hpp. Keys are arrays named as those of a batch (:uuid_array).
namespace vobiz::sink {

// The columns of the key that a walk tells apart, in its order: the day left out.
std::vector<std::size_t> walked_columns(streams::stream const& stream);

// The keys of the window's rows.
std::string keys_sql(streams::stream const& stream, listing by);

// The keys of rows that stand under a neighbouring day, near the midnight between the two. Only for
// streams whose rows have a time that puts them into a day.
std::string shared_keys_sql(streams::stream const& stream);

// Rows and sums of the rows with the given keys, under the day or next to it.
std::string figures_of_keys_sql(streams::stream const& stream);

// Marks rows of the window with the given keys as removed. It gives one row: how many are removed,
// and what touched_from() reads.
std::string mark_removed_sql(streams::stream const& stream, listing by);

// Whether this transaction has removed rows of a neighbouring day, near the midnight between the
// two: the day may be proven by them. Only for streams whose rows have a time that puts them into a
// day.
std::string removed_beside_sql(streams::stream const& stream);

}  // namespace vobiz::sink
