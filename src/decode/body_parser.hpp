#pragma once

#include <boost/system/error_code.hpp>
#include <cstddef>
#include <string>
#include <string_view>

#include "layout.hpp"
#include "row_reader.hpp"
#include "tape.hpp"

namespace vobiz::decode {

// Levels of nesting of a document that is read; the parser recurses. Rows have their own, much
// lower limit (row_reader), so that a row of any depth costs itself only.
inline constexpr std::size_t deepest_document = 256;

struct parsed {
  boost::system::error_code error;
  std::size_t position = 0;  // of the error: bytes before it
};

// Parses a body onto the tape. Each element of the array of rows goes to `rows` as soon as it is
// complete and leaves the tape again, so that a page of any length needs the memory of one row;
// what remains is the envelope. The body and `unescaped` must outlive the tape's texts.
parsed parse(std::string_view body, layout const& names, row_reader& rows, tape& out,
             std::string& unescaped);

}  // namespace vobiz::decode
