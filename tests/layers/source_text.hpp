#pragma once

#include <string>
#include <string_view>

namespace vobiz::layers {

// The source with comments and literals replaced by blanks, so that brackets can be counted; lines
// and columns stay.
std::string code_of(std::string_view source);

// The closing bracket for the one at `open` ("()", "[]" or "{}"), or the end of the text.
std::size_t closing_bracket(std::string_view code, std::size_t open);

// The 1-based line of position `at`.
std::size_t line_of(std::string_view text, std::size_t at);

}  // namespace vobiz::layers
