#pragma once

#include <pqxx/pqxx>
#include <string>

#include "vobiz/sink/windows.hpp"

namespace vobiz::sink {

// The columns of vobiz_sync.windows that window_from() reads.
std::string window_columns(streams::stream const& stream);
window window_from(pqxx::row const& row, streams::stream const& stream, std::string const& partner);

}  // namespace vobiz::sink
