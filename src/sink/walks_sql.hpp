#pragma once

#include <string>

#include "window_sql.hpp"

// A complete read's keys against what is stored, as SQL: the keys are arrays named as those of a
// batch (:uuid_array).
namespace vobiz::sink {

// The keys of stored rows of the window that were not walked.
std::string vanished_keys_sql(streams::stream const& stream, listing by);

// Marks those rows as removed, a row of the result for each.
std::string mark_vanished_sql(streams::stream const& stream, listing by);

// Rows, rejects and sums of the walked rows, whatever day they are stored under.
std::string figures_of_walk_sql(streams::stream const& stream);

}  // namespace vobiz::sink
