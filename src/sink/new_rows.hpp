#pragma once

#include <string>
#include <vector>

#include "merge_sql.hpp"
#include "vobiz/streams/stream.hpp"

// Rows of which none is stored yet: they need no comparing, only the certainty that they are new.
namespace vobiz::sink {

// The selective key as its position in stream::columns.
std::size_t selective_key_column(streams::stream const& stream);

// Whether one of the values in $1 (an array of the selective key) stands in the default partition.
std::string make_default_partition_sql(streams::stream const& stream);

// Whether one of the values in $1 (an array of the selective key) is stored, or stands there
// twice. For calls $2 and $3 are the days between which stored calls are looked for. One row, one
// boolean.
std::string make_look_up_sql(streams::stream const& stream);

// Stores rows that are new; parameters as in merge_statement, without the two days. It returns one
// row: how many, and the stream's measures over them.
merge_statement make_insert_sql(streams::stream const& stream, std::vector<bool> const& seen);

}  // namespace vobiz::sink
