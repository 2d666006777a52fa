#pragma once

#include <string>
#include <string_view>

#include "checked.hpp"

namespace vobiz::decode {

// An instant as `YYYY-MM-DDTHH:MM:SS[.ffffff]Z`, in `room`. Takes ISO 8601 with seconds and an
// offset, and a bare date as its UTC midnight (docs/partner-api.md, "Pagination and filters").
// Nothing is rounded and no time zone is guessed.
checked time_text(std::string_view iso, std::string& room);

}  // namespace vobiz::decode
