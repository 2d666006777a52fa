#pragma once

#include <span>
#include <string>
#include <string_view>

#include "tape.hpp"

namespace vobiz::decode {

// Appends a JSON string literal.
void append_string(std::string& out, std::string_view text);

// Appends a value as compact JSON that jsonb takes, without secret members at any depth, those of
// JSON inside strings too. Returns false when it held a number beyond PostgreSQL's numeric; that
// number is then written as a string.
bool append_json(std::string& out, tape const& all, std::size_t value,
                 std::span<std::string_view const> secrets);

// The JSON of a rejected row, or of one that is too large to keep its size, its hash and its
// beginning.
std::string bounded_payload(std::string payload);

// The value as JSON for a message: visible, without what reads as a secret, at most 80 bytes.
std::string quoted(tape const& all, std::size_t value, std::span<std::string_view const> secrets);

}  // namespace vobiz::decode
