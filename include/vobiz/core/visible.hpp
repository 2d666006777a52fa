#pragma once

#include <cstddef>
#include <string>
#include <string_view>

// Text from outside, made fit for the eyes of people: terminals, logs and pages obey characters
// that nobody sees.
namespace vobiz::core {

struct character {
  std::size_t size = 0;  // bytes; 0: the text does not begin with UTF-8 (RFC 3629)
  char32_t code = 0;
};

// The first character of a text that is not empty.
character first_character(std::string_view text);

// Whether a reader is misled by it: controls (C0, DEL, C1), the line and paragraph separators,
// the marks that change the direction of writing, and characters without width that join nothing.
bool misleads(char32_t code);

// One line: what misleads is written as \n, \r, \t, \x1b, \u202e or \U000e0001, and a byte that
// is not UTF-8 as \xff. All else stays as it is, backslashes too.
std::string visible(std::string_view text);

// The same for text whose line breaks are meant.
std::string visible_lines(std::string_view text);

// The same for serialized JSON, as escapes of JSON: a parser gets the same value. A byte that is
// not UTF-8 becomes U+FFFD.
std::string visible_json(std::string_view json);

}  // namespace vobiz::core
