#pragma once

#include <string_view>
#include <vector>

#include "section.hpp"
#include "vobiz/config/settings.hpp"
#include "vobiz/streams/stream.hpp"

// The fields of each section with their ranges, and the checks across several fields.
namespace vobiz::config {

std::vector<field<partner>> partner_fields();
void check_partner(reading& all, section const& keys, partner const& checked);

std::vector<field<database>> database_fields();

// The defaults of the stream.
stream default_stream(streams::stream const& declared, core::utc_day today);
std::vector<field<stream>> stream_fields(streams::stream const& declared);
void check_stream(reading& all, section const& keys, stream& checked);

// Whether the stream's rows belong to days and can be read, closed and expired by day.
bool has_days(streams::stream const& declared);

}  // namespace vobiz::config
