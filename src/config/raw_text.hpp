#pragma once

#include <string_view>

namespace vobiz::config {

// Checks on the raw text for mistakes that the YAML parser does not report.

// The 1-based line of the first character that YAML forbids (C0 controls except tab, line feed and
// carriage return); 0 if there is none.
int line_of_control_character(std::string_view text);

// The text of a 1-based line without its line break; empty if there is no such line.
std::string_view line_at(std::string_view text, int line);

// Whether the quoted scalar at this byte has no closing quote: yaml-cpp 0.7 then silently takes the
// rest of the file as its value.
bool quote_never_ends(std::string_view text, int position);

}  // namespace vobiz::config
