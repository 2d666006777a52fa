#pragma once

#include <boost/system/error_code.hpp>
#include <cstddef>
#include <string>
#include <string_view>

#include "layout.hpp"
#include "row_reader.hpp"
#include "tape.hpp"

namespace vobiz::decode {

struct parsed {
  boost::system::error_code error;
  std::size_t position = 0;  // of the error: bytes before it
  std::string beyond{};      // which bound of core/input_bounds.hpp it exceeds; empty: none
};

// Parses a body onto the tape. Each element of the array of rows goes to `rows` as soon as it is
// complete and leaves the tape again, so that a page of any length needs the memory of one row;
// what remains is the envelope. Rows have their own, lower limits: one with more values, or of more
// levels, costs itself only. The body and `unescaped` must outlive the tape's texts.
parsed parse(std::string_view body, layout const& names, row_reader& rows, tape& out,
             std::string& unescaped);

}  // namespace vobiz::decode
