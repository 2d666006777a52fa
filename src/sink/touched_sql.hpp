#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "vobiz/streams/stream.hpp"

// What statements that change rows tell about the places of these rows: of the 15 minutes whose
// rollups have to be made anew, and of the days whose calls are looked for in all months.
namespace vobiz::sink {

// Adds a column to a list that does not have it yet.
void add_once(std::vector<std::string>& names, std::string const& name);

// The columns of the table, quoted, that touched() and strays() read of changed rows; none where
// the stream has neither.
std::vector<std::string> place_columns(streams::stream const& stream);

// The common table expression `touched`, with a comma before it, over SELECTs of place_columns(),
// and its columns for the statement's one row: arrays as touched_from() reads them. Both are empty
// for a stream without rollups.
std::string touched(streams::stream const& stream, std::vector<std::string> const& rows);
std::string touched_columns(streams::stream const& stream);

// The common table expression that keeps vobiz_sync.stray_days, with a comma before it; empty for a
// table without months.
std::string strays(streams::stream const& stream, std::vector<std::string> const& rows);

}  // namespace vobiz::sink
