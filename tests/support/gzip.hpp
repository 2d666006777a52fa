#pragma once

#include <string>
#include <string_view>

namespace vobiz::support {

// Compresses a text to gzip.
std::string gzipped(std::string_view text);

}  // namespace vobiz::support
