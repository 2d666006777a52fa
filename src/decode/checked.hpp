#pragma once

#include <string_view>

namespace vobiz::decode {

// A cell's text, or what is wrong with the value in words that follow its quotation in a message:
// `is not a number`.
struct checked {
  std::string_view text{};
  std::string_view problem{};  // empty: none
  bool assumed_utc = false;    // a time without a UTC offset
};

constexpr std::string_view beyond_decimal = "has more than 100 digits before or after its point";
constexpr std::string_view holds_beyond_decimal =
    "holds a number of more than 100 digits before or after its point";

inline checked refused(std::string_view problem) { return {{}, problem, false}; }

}  // namespace vobiz::decode
