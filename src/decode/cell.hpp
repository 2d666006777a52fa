#pragma once

#include <span>
#include <string>
#include <string_view>

#include "checked.hpp"
#include "tape.hpp"
#include "vobiz/streams/stream.hpp"

namespace vobiz::decode {

// A value (has_value() holds) as the text PostgreSQL takes for a type. The text lies in the token
// or in `room`.
checked cell_text(streams::column_type type, tape const& all, std::size_t value,
                  std::span<std::string_view const> secrets, std::string& room);

// The value when it is a whole number in bigint's range, written as a number or as a string.
std::optional<std::int64_t> whole_number(token const& t);

// The text when it is a decimal number, written as a number or as a string.
std::optional<std::string_view> decimal(token const& t);

}  // namespace vobiz::decode
