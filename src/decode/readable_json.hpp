#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace vobiz::decode {

// JSON that Boost.JSON refuses as a whole for the sake of one value, made readable, so that this
// value costs its own row at most:
//  * lone surrogate escapes become \ufffd;
//  * control characters inside strings become escapes, and \ before another character is itself;
//  * words that are no JSON value (NaN, -Infinity, None, 007, 1e99999999999) become strings, which
//    each column then judges by itself;
//  * what is nested deeper than `deepest` levels becomes a string.
// Everything else stays as it is. Empty when the result would exceed bounds::repaired().
std::string readable_json(std::string_view body, std::size_t deepest);

}  // namespace vobiz::decode
