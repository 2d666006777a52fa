#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace vobiz::ops {

// One record of RFC 4180 with its line break: a field with a quote, a comma or a line break stands
// in quotes.
std::string csv_line(std::initializer_list<std::string_view> fields);

}  // namespace vobiz::ops
