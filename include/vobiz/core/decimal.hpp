#pragma once

#include <string>
#include <string_view>

namespace vobiz::core {

// Money and counts stay the decimal text they arrived as; these functions read that text without
// ever making a binary fraction of it.

// Whether the text is a decimal number that PostgreSQL's numeric takes: sign, digits, fraction,
// exponent; JSON's grammar plus a leading "+". At most 131072 digits before and 16383 after the
// point.
bool is_decimal(std::string_view text);

// The one shortest plain spelling of a decimal: no exponent, no leading or trailing zeros, no "-0".
// The text must be is_decimal().
std::string canonical(std::string_view text);

// Whether two decimals have the same value ("0.450" and "4.5e-1" have).
bool same_value(std::string_view left, std::string_view right);

bool is_zero(std::string_view text);

}  // namespace vobiz::core
