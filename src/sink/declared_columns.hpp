#pragma once

#include <span>
#include <string>

#include "vobiz/streams/stream.hpp"

namespace vobiz::sink {

// The text of the function vobiz_sync.declared_columns, which tells the database what the streams
// declare of their tables: so rights and masking follow a new stream without another list of it.
std::string declared_columns_text(std::span<streams::stream const> all);

}  // namespace vobiz::sink
