#pragma once

#include "batch_sql.hpp"

// Rows of which none is stored yet: they need no comparing, only the certainty that they are new.
namespace vobiz::sink {

// Whether a row of the batch is stored, by its key, or stands there twice. One row, one boolean.
batch_query make_look_up_query(streams::stream const& stream);

// Whether one of them stands in the default partition.
batch_query make_default_partition_query(streams::stream const& stream);

// Stores rows that are new. It gives one row: `inserted`, and of those that belong to the window of
// :scope, rows and the stream's measures.
batch_query make_insert_query(streams::stream const& stream, std::vector<bool> const& seen);

}  // namespace vobiz::sink
