#pragma once

#include <string>
#include <string_view>

namespace vobiz::core {

// Money and counts stay the decimal text that the API sent. These functions never convert it to
// binary floating point.

// Digits that a decimal has at most before its point, and as many after it. PostgreSQL's numeric
// holds more, but then a sum of a few values can overflow, and a row of a few kilobytes can become
// a gigabyte of text, which no dump can hold.
inline constexpr long most_decimal_digits = 100;

// Whether the text is a decimal: JSON's grammar, plus a leading "+", within most_decimal_digits.
bool is_decimal(std::string_view text);

// The shortest plain spelling: no exponent, no leading or trailing zeros, no "-0". Text that is no
// decimal, as PostgreSQL's "NaN", stays as it is.
std::string canonical(std::string_view text);

// Whether two decimals have the same value, such as "0.450" and "4.5e-1".
bool same_value(std::string_view left, std::string_view right);

bool is_zero(std::string_view text);

}  // namespace vobiz::core
