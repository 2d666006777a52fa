#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace vobiz::ops {

// One RFC 4180 record with its line break. Fields with a quote, comma, semicolon, tab or line break
// are quoted. A text that a spreadsheet would compute (=, +, -, @, tab or carriage return at its
// start) gets an apostrophe before it, "+91…" too; plain amounts such as -12.50 stay numbers.
std::string csv_line(std::initializer_list<std::string_view> fields);

}  // namespace vobiz::ops
