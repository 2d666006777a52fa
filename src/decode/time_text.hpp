#pragma once

#include <string>
#include <string_view>

#include "checked.hpp"

namespace vobiz::decode {

// An instant as `YYYY-MM-DDTHH:MM:SS[.ffffff]Z`, in `room`. Takes ISO 8601 with seconds, and a bare
// date as its UTC midnight (docs/partner-api.md, "Pagination and filters"). A time without an
// offset is UTC, and the result says so. What is smaller than a microsecond is cut off, never
// rounded: a rounded instant could belong to another day.
checked time_text(std::string_view iso, std::string& room);

}  // namespace vobiz::decode
