#pragma once

#include <string>
#include <string_view>

namespace vobiz::layers {

// The source with comments and the insides of literals blanked, lines and columns kept: what is
// left is code, so that brackets can be counted in it.
std::string code_of(std::string_view source);

// Where the bracket that opens at `open` closes (one of "()", "[]", "{}"), or the end of the text.
std::size_t closing_bracket(std::string_view code, std::size_t open);

// The line, counted from 1, that position `at` is in.
std::size_t line_of(std::string_view text, std::size_t at);

}  // namespace vobiz::layers
