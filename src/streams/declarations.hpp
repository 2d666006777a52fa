#pragma once

#include "declared_streams.hpp"
#include "vobiz/streams/stream.hpp"

namespace vobiz::streams {

// CMakeLists.txt lists the files beside this one in declared_streams.hpp, by name.
#define VOBIZ_DECLARE(name) stream name();
VOBIZ_STREAMS(VOBIZ_DECLARE)
#undef VOBIZ_DECLARE

// A column whose name on the wire is its name in PostgreSQL in both generations.
inline column same(std::string_view name, column_type type = column_type::text,
                   null_rule nulls = null_rule::optional,
                   change_rule on_change = change_rule::plain) {
  return {name, type, {name}, nulls, on_change};
}

// A column with a name of its own on the wire, or several.
inline column from(std::string_view name, column_type type, std::vector<std::string_view> json,
                   null_rule nulls = null_rule::optional,
                   change_rule on_change = change_rule::plain) {
  return {name, type, std::move(json), nulls, on_change};
}

inline column personal(column declared) {
  declared.personal = true;
  return declared;
}

inline column indexed(column declared) {
  declared.indexed = true;
  return declared;
}

inline column dated(column declared) {
  declared.dated = true;
  return declared;
}

// A part of the answer that feeds other tables through the stream's own statements, or none at all.
inline column staged(std::string_view name, std::vector<std::string_view> json) {
  return {name, column_type::jsonb, std::move(json), null_rule::optional, change_rule::quiet, true};
}

}  // namespace vobiz::streams
