#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace vobiz::ops {

// One RFC 4180 record with its line break. Fields with a quote, comma or line break are quoted.
std::string csv_line(std::initializer_list<std::string_view> fields);

}  // namespace vobiz::ops
