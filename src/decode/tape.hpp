#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace vobiz::decode {

enum class kind : std::uint8_t { object, array, string, number, boolean, null };

struct token {
  std::string_view name;  // in an object; names and strings are decoded and hold no U+0000
  std::string_view text;  // of strings; of numbers and booleans as written
  decode::kind kind = decode::kind::null;
  bool lost_nul = false;  // a string that was written with U+0000
  std::uint32_t end = 0;  // of objects and arrays: the position behind their last token
};

// JSON text as a flat list of values: an object is followed by its members, an array by its
// elements. It costs no allocation per value, and any part of it can be read again, which a stream
// of parser events cannot.
using tape = std::vector<token>;

// The position behind the value at a position.
inline std::size_t behind(tape const& all, std::size_t value) {
  auto const& t = all[value];
  return t.kind == kind::object || t.kind == kind::array ? t.end : value + 1;
}

// The value of an object's member; of several with the same name the last. Nothing when there is
// none or the value at `object` is no object.
std::optional<std::size_t> find(tape const& all, std::size_t object, std::string_view name);

// Neither null nor the empty string, which the API writes for "nothing" too (docs/partner-api.md,
// "Rows").
inline bool has_value(token const& t) {
  return t.kind != kind::null && !(t.kind == kind::string && t.text.empty());
}

}  // namespace vobiz::decode
