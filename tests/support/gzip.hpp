#pragma once

#include <string>
#include <string_view>

namespace vobiz::support {

// The text as a gzip file.
std::string gzipped(std::string_view text);

}  // namespace vobiz::support
