#pragma once

#include <string>

#include "batch_sql.hpp"

namespace vobiz::sink {

// Adds a row to a table of history wherever one of the batch differs from its key's latest.
std::string history_sql(streams::stream const& stream, batch_fields const& fields);

}  // namespace vobiz::sink
