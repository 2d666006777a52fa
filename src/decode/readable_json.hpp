#pragma once

#include <string>
#include <string_view>

namespace vobiz::decode {

// JSON that Boost.JSON refuses as a whole for the sake of one value, made readable: lone surrogate
// escapes become \ufffd, and numbers whose exponent no int holds become strings, which each column
// then judges by itself. Everything else stays as it is.
std::string readable_json(std::string_view body);

}  // namespace vobiz::decode
