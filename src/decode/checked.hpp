#pragma once

#include <string_view>

namespace vobiz::decode {

// A cell's text, or what is wrong with the value in words that follow its quotation in a message:
// `is not a number`.
struct checked {
  std::string_view text;
  std::string_view problem;  // empty: none
};

inline checked refused(std::string_view problem) { return {{}, problem}; }

}  // namespace vobiz::decode
