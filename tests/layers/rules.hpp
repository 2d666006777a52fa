#pragma once

#include <string>
#include <string_view>
#include <vector>

// Rules of the source tree that no compiler checks. Each function returns one line per violation,
// with line number and reason.
namespace vobiz::layers {

using offences = std::vector<std::string>;

// A folder may include itself and lower folders; the simulator only itself and core, so that a
// mistake does not hide in both sides. `file` is relative to the project's folder.
offences wrong_includes(std::string_view file, std::string_view source);

// The SQL of what is read and scheduled is behind the methods of sink and reconcile: sync, schedule
// and app do not name the database's library.
offences named_database_library(std::string_view file, std::string_view source);

// g++ 12 destroys some temporaries of a co_await expression twice (GCC bug 107288): no braced list,
// aggregate or lambda may be an argument of an awaited call.
offences awaited_temporaries(std::string_view source);

// A transaction that begins must set its own settings on the next line (set_own), or role, database
// and environment decide how values are written; one that may write also holds the version of the
// schema (set_own_to_write). A file that only tests use has none.
offences foreign_settings(std::string_view source);

// what() of a system_error names our source file; the message of its code is for people.
offences printed_system_errors(std::string_view source);

// What the tree must not say of a stream outside src/streams: a literal that is one of these names,
// or that holds one in quotes or as a table of the schemas vobiz and vobiz_part. What is particular
// about a stream is a member of its declaration.
offences named_streams(std::string_view source, std::vector<std::string> const& names);

// A file has one topic, so a long one is suspicious.
offences long_file(std::string_view source);

}  // namespace vobiz::layers
