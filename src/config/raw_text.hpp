#pragma once

#include <string_view>

namespace vobiz::config {

// What has to be seen in the text itself because the YAML parser does not tell.

// The 1-based line of the first character that no YAML text has (C0 controls but tab, line feed and
// carriage return); 0 when there is none.
int line_of_control_character(std::string_view text);

// The text of a 1-based line without its end; empty when there is no such line.
std::string_view line_at(std::string_view text, int line);

// Whether a quoted scalar starts at the byte and has no closing quote: yaml-cpp 0.7 takes the rest of
// the file for its value and says nothing.
bool quote_never_ends(std::string_view text, int position);

}  // namespace vobiz::config
