#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vobiz::sink {

struct schema_file {
  std::string_view path;  // below migrations/
  std::string_view text;
};

// The files of migrations/; generated at build time.
std::span<schema_file const> embedded_schema();

// These, and the function that the declarations of the streams are made into.
std::vector<schema_file> all_schema_files();

// The migrations that a file stands for in a database that already has them.
struct replaced_history {
  int first;
  int last;
  std::string digest;  // sha256 of their checksums in order, with a blank between
};

// A file with a number: runs once, its text never changes.
struct numbered_file {
  int number = 0;
  std::string name;
  std::string text;
  std::optional<replaced_history> replaces;
  std::vector<std::string> calls;  // functions it needs, those that they need before them
};

enum class object_kind { function, view };
std::string_view to_text(object_kind kind);

// A function with its triggers, or a view: its file holds the text that is in force.
struct schema_object {
  object_kind kind = object_kind::function;
  std::string name;  // with its schema
  std::string text;
  std::vector<std::string> needs;  // other objects that the text mentions
};

struct schema_source {
  std::vector<numbered_file> files;    // by number
  std::vector<schema_object> objects;  // each after what it needs

  schema_object const* find(std::string_view name) const;
};

// Sorts the files out. Throws std::invalid_argument, with names, for objects that need each other
// in a circle, a function that is called and has no file, and a file that is none of the kinds.
schema_source read_schema(std::span<schema_file const> files);

// What this binary carries.
schema_source const& own_schema();

}  // namespace vobiz::sink
